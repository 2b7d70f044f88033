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

/**
 * The storage that a plan was made for. All else that a plan must be is judged when it is applied.
 * @throws {CliError} `STORAGE_NOT_NAMED` for a plan on stdin, which is read only once; `PLAN_INVALID` for a file that names none.
 */
export async function storageOfPlan(file: string): Promise<string> {
  if (file === '-') {
    throw new CliError({
      code: 'STORAGE_NOT_NAMED',
      message: 'Which storage? A plan on stdin is not looked into beforehand.',
      advice: 'Name the storage after it: dunnage gc apply - /var/lib/registry',
    });
  }
  const storage = storageIn(await firstLine(file));
  if (storage !== undefined) return storage;
  throw new CliError({
    code: 'PLAN_INVALID',
    message: `${file} is not a plan: its first line names no storage.`,
    advice: 'Nothing was deleted. Make a plan with: dunnage gc STORAGE --dry-run --plan FILE',
  });
}

async function firstLine(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(HEADER_MAX_BYTES) });
    return buffer.toString('utf8', 0, bytesRead).split('\n', 1)[0] ?? '';
  } finally {
    await handle.close();
  }
}

function storageIn(line: string): string | undefined {
  try {
    const header = JSON.parse(line) as { readonly storage?: unknown } | null;
    return typeof header?.storage === 'string' ? header.storage : undefined;
  } catch {
    return undefined;
  }
}
