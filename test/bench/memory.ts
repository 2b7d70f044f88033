import { join } from 'node:path';
import { measure } from './measure.ts';

/** Bytes that a dry run on `tree` holds on to at its height: see `retained.ts`. */
export async function retainedBytes(tree: string): Promise<number> {
  const { stdout } = await measure({
    program: process.execPath,
    args: ['--expose-gc', join(import.meta.dirname, 'retained.ts'), tree],
  });
  return Number(stdout.trim());
}
