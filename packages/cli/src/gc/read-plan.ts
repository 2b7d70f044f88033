import { createReadStream, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { CliError, messageOf } from '../errors/cli-error.ts';

/** The bytes of a plan: of a file, or of stdin for `-`. */
export function readPlan(file: string): AsyncIterable<Uint8Array> {
  if (file === '-') return process.stdin;
  try {
    if (!statSync(file).isFile()) throw new Error('it is not a file');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = missing ? 'does not exist' : `can't be read: ${messageOf(error)}`;
    throw new CliError({
      code: missing ? 'PATH_NOT_FOUND' : 'PATH_UNUSABLE',
      message: `The plan ${file} ${why}.`,
      advice: 'Make one with: dunnage gc STORAGE --dry-run --plan FILE',
      cause: error,
    });
  }
  return createReadStream(file);
}

/** A plan's first line is short; a file without lines is not read to its end to find that out. */
const HEADER_MAX_BYTES = 64 * 1024;

/** The storage that a plan was made for, or `undefined` where the file does not say: whether it is a plan is judged elsewhere. */
export async function storageOfPlan(file: string): Promise<string | undefined> {
  if (file === '-') return undefined;
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(HEADER_MAX_BYTES) });
    const [line = ''] = buffer.toString('utf8', 0, bytesRead).split('\n', 1);
    const header = JSON.parse(line) as { readonly storage?: unknown } | null;
    return typeof header?.storage === 'string' ? header.storage : undefined;
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}
