import { judge, type Objects, type OracleRules, type Verdict } from '@dunnage/conformance/oracle';
import type { MemoryDriver } from '@dunnage/driver-memory';
import { expect } from 'vitest';
import { now, type Saved } from './trees.ts';

export type Rules = Omit<OracleRules, 'now' | 'manifestMaxBytes'>;

/** What the oracle says of a tree. */
export function verdictOn(tree: Saved, rules: Rules): Verdict {
  const objects: Objects = new Map(tree.map(({ key, ...object }) => [key, object]));
  return judge(objects, { ...rules, now });
}

/** The keys of the registry's own objects. */
export async function keysOf(driver: MemoryDriver): Promise<Set<string>> {
  driver.settle();
  const keys = new Set<string>();
  for await (const page of driver.list({ detail: 'keys' })) {
    for (const { key } of page.objects) if (!key.startsWith('dunnage/')) keys.add(key);
  }
  return keys;
}

/** Nothing that must stay has gone. */
export function expectKept(after: ReadonlySet<string>, { mustStay }: Verdict): void {
  expect(
    [...mustStay].filter((key) => !after.has(key)),
    'live, but gone',
  ).toEqual([]);
}

/** No link that led to a blob leads to none now. */
export function expectNoNewDangling(tree: Saved, after: ReadonlySet<string>): void {
  const before = new Set<string>(tree.map(({ key }) => key));
  const dangling = [...after].filter((key) => {
    const [, algorithm, hex] = /\/(?:revisions|_layers)\/(\w+)\/(\w+)\/link$/.exec(key) ?? [];
    const blob = `docker/registry/v2/blobs/${algorithm}/${hex?.slice(0, 2)}/${hex}/data`;
    return before.has(blob) && !after.has(blob);
  });
  expect(dangling, 'links that lead nowhere now').toEqual([]);
}
