import { randomUUID } from 'node:crypto';
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
  const handle = await open(temporary, 'wx').catch((error: unknown) => {
    throw new CliError({
      code: 'PATH_UNUSABLE',
      message: `The plan can't be written to ${file}: ${messageOf(error)}`,
      advice: 'Name a file in a directory that exists and that you may write to.',
      cause: error,
    });
  });
  return new WritableStream<Uint8Array>({
    async write(chunk) {
      await handle.writeFile(chunk);
    },
    async close() {
      await handle.sync();
      await handle.close();
      await rename(temporary, target);
    },
    async abort() {
      await handle.close();
      await rm(temporary, { force: true });
    },
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
