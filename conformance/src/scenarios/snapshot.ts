import type { Key, StorageDriver } from '@dunnage/driver-api';
import { createHash } from 'node:crypto';
import type { Objects } from '../oracle/index.ts';
import type { World } from './scenario.ts';

/** All objects of a storage: what each is made of. */
export type Snapshot = ReadonlyMap<Key, { readonly size: number; readonly hash: string }>;

/** Where the collector keeps what is its own. */
const own = 'dunnage/';

/** Reads every object. */
export async function snapshot({
  driver,
  settle,
}: Pick<World, 'driver' | 'settle'>): Promise<Snapshot> {
  await settle?.();
  const objects = new Map<Key, { size: number; hash: string }>();
  for await (const { key, bytes } of contents(driver)) {
    const hash = createHash('sha256').update(bytes).digest('hex');
    objects.set(key, { size: bytes.byteLength, hash });
  }
  return objects;
}

interface Content {
  readonly key: Key;
  readonly bytes: Uint8Array;
  readonly modified: number;
}

async function* contents(driver: StorageDriver): AsyncGenerator<Content> {
  const keys = await keysIn(driver);
  if (driver.bulk === undefined) {
    for (const key of keys) {
      const { info, body } = await driver.get(key);
      const bytes = new Uint8Array(await new Response(body).arrayBuffer());
      yield { key, bytes, modified: info.modified };
    }
    return;
  }
  for await (const outcome of driver.bulk.read(keys, { maxBytes: 2 ** 24 })) {
    if (outcome.status === 'missing') throw new Error(`${outcome.key} is listed, but not there`);
    if (outcome.status === 'failed') throw outcome.error;
    const { key, bytes, info } = outcome;
    yield { key, bytes, modified: info.modified };
  }
}

async function keysIn(driver: StorageDriver): Promise<Key[]> {
  const keys: Key[] = [];
  for await (const page of driver.list()) for (const { key } of page.objects) keys.push(key);
  return keys;
}

/** What is different, in words; the collector's own files aside unless `all`. */
export function differences(before: Snapshot, after: Snapshot, all = false): string[] {
  const words: string[] = [];
  for (const [key, { hash }] of before) {
    if (!all && key.startsWith(own)) continue;
    const now = after.get(key);
    if (now === undefined) words.push(`gone: ${key}`);
    else if (now.hash !== hash) words.push(`changed: ${key}`);
  }
  for (const key of after.keys()) {
    if (!before.has(key) && (all || !key.startsWith(own))) words.push(`new: ${key}`);
  }
  return words.sort();
}

/** Where a snapshot and a set of keys that should have gone from it disagree, in words. */
export function surprises(before: Snapshot, after: Snapshot, goes: Iterable<Key>): string[] {
  const expected = new Set(goes);
  const words = differences(before, after).filter(
    (word) => !(word.startsWith('gone: ') && expected.has(word.slice('gone: '.length) as Key)),
  );
  for (const key of expected) {
    if (!before.has(key)) words.push(`never there, but expected to go: ${key}`);
    else if (after.has(key)) words.push(`still there: ${key}`);
  }
  return words.sort();
}

/** All objects with content and age, as the oracle wants them. */
export async function snapshotOf(driver: StorageDriver): Promise<Objects> {
  const objects = new Map<Key, { bytes: Uint8Array; modified: number }>();
  for await (const { key, bytes, modified } of contents(driver)) {
    objects.set(key, { bytes, modified });
  }
  return objects;
}
