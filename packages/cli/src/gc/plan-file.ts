import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { CliError, messageOf } from '../errors/cli-error.ts';

/**
 * A file that appears under its name when it is whole, and not at all when the run fails: written beside it,
 * synced, then renamed.
 * @throws {CliError} `PATH_UNUSABLE` at once where it can't be written, so that no work is done in vain.
 */
export async function createPlanFile(file: string): Promise<WritableStream<Uint8Array>> {
  const target = path.resolve(file);
  const temporary = path.join(
    path.dirname(target),
    `.${path.basename(target)}.${randomUUID()}.tmp`,
  );
  if (statSync(target, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw unwritable(file, new Error('it is a directory'));
  }
  const handle = await open(temporary, 'wx').catch((error: unknown) => {
    throw unwritable(file, error);
  });
  return new WritableStream<Uint8Array>({
    async write(chunk) {
      await handle.writeFile(chunk);
    },
    async close() {
      try {
        await handle.sync();
        await handle.close();
        await rename(temporary, target);
      } catch (error) {
        await rm(temporary, { force: true });
        throw unwritable(file, error);
      }
    },
    async abort() {
      await handle.close();
      await rm(temporary, { force: true });
    },
  });
}

function unwritable(file: string, cause: unknown): CliError {
  return new CliError({
    code: 'PATH_UNUSABLE',
    message: `The plan can't be written to ${file}: ${messageOf(cause)}`,
    advice: 'Name a file in a directory that exists and that you may write to.',
    cause,
  });
}

/** The plan as a stream to stdout. */
export function planToStdout(
  write: (chunk: Uint8Array) => Promise<void>,
): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    async write(chunk) {
      try {
        await write(chunk);
      } catch (error) {
        throw new CliError({
          code: 'OUTPUT_CLOSED',
          message: `The plan could not be written to stdout: ${messageOf(error)}. Nothing was deleted.`,
          cause: error,
        });
      }
    },
  });
}
