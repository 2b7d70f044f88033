import { createReadStream, statSync } from 'node:fs';
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
