import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Copies a tree by hard links: a collector only unlinks, so the original stays whole. */
export async function clone(from: string, to: string): Promise<void> {
  await remove(to);
  await run('cp', ['-al', from, to]);
  // What is still to be written back should not count as a collector's time.
  await run('sync', ['-f', to]);
}

/** Removes a tree: several times faster than Node's own way, which matters for half a million entries. */
export async function remove(tree: string): Promise<void> {
  await run('rm', ['-rf', tree]);
}

/** The digests of a tree's blobs, sorted: equal for equal outcomes. */
export function blobsOf(tree: string): string[] {
  const base = join(tree, 'docker/registry/v2/blobs/sha256');
  const shards = readdirSync(base).sort();
  return shards.flatMap((shard) => readdirSync(join(base, shard)).sort());
}
