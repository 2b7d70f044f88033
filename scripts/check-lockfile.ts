/**
 * Every package that users get admits the oldest Node they may have, and the lock file names no
 * download address, so that it works behind any registry mirror.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { satisfies } from 'semver';
import { conclude, OLDEST_NODE, ROOT } from './lib/workspaces.ts';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  /** Comes inside the package that holds it. */
  readonly inBundle?: boolean;
  /** Only needed for development. */
  readonly dev?: boolean;
  readonly engines?: { readonly node?: string };
}

const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};

const problems: string[] = [];
for (const [path, locked] of Object.entries(lock.packages)) {
  if (!path.includes('node_modules/') || locked.link === true) continue;
  if (locked.resolved !== undefined) problems.push(`${path} has an address: ${locked.resolved}`);
  if (locked.integrity === undefined && locked.inBundle !== true) {
    problems.push(`${path} has no integrity hash`);
  }
  const node = locked.engines?.node;
  if (locked.dev !== true && node !== undefined && !satisfies(OLDEST_NODE, node)) {
    problems.push(`${path} ${locked.version} wants Node ${node}, not ${OLDEST_NODE}`);
  }
}
conclude('lock file', problems);
