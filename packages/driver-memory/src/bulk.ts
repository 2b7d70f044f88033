import { isStorageError } from '@dunnage/driver-api';
import type {
  BulkReadOptions,
  BulkVerbs,
  ChildrenOutcome,
  Key,
  Prefix,
  ReadOutcome,
  StatOutcome,
  StorageError,
} from '@dunnage/driver-api';
import { pull } from '@dunnage/driver-kit';
import { storageError } from './errors.ts';
import { list } from './list.ts';
import { stat } from './read.ts';
import type { Session } from './session.ts';

export function bulkVerbs(session: Session): BulkVerbs {
  return {
    async *children(prefixes, options = {}) {
      using operation = session.begin('children', options);
      for await (const prefix of pull(operation, prefixes)) {
        yield await attempt(
          () => children(session, prefix),
          (error) => ({ status: 'failed', prefix, error }),
        );
      }
    },
    async *stat(keys, options = {}) {
      using operation = session.begin('stat', options);
      for await (const key of pull(operation, keys)) {
        yield await attempt(
          (): StatOutcome => {
            const info = stat(session, key, options);
            return info === undefined ? { status: 'missing', key } : { status: 'ok', key, info };
          },
          (error) => ({ status: 'failed', key, error }),
        );
      }
    },
    async *read(keys, options) {
      checkMaxBytes(options);
      using operation = session.begin('read', options);
      for await (const key of pull(operation, keys)) {
        yield await attempt(
          () => read(session, key, options),
          (error) => ({ status: 'failed', key, error }),
        );
      }
    },
  };
}

async function children(session: Session, prefix: Prefix): Promise<ChildrenOutcome> {
  const objects: string[] = [];
  const directories: string[] = [];
  for await (const page of list(session, { prefix, depth: 'children', detail: 'keys' })) {
    for (const { key } of page.objects) objects.push(key.slice(prefix.length));
    for (const child of page.prefixes) directories.push(child.slice(prefix.length, -1));
  }
  return { status: 'ok', prefix, objects, directories };
}

function read(session: Session, key: Key, { maxBytes, signal }: BulkReadOptions): ReadOutcome {
  const info = stat(session, key, { signal });
  const stored = info === undefined ? undefined : session.store.find(key);
  if (info === undefined || stored === undefined) return { status: 'missing', key };
  if (info.size > maxBytes) {
    const message = `${JSON.stringify(key)} has ${info.size} bytes, more than the ${maxBytes} allowed`;
    return { status: 'failed', key, error: storageError('TOO_LARGE', 'read', message, { key }) };
  }
  return { status: 'ok', key, info, bytes: session.store.bytes(stored) };
}

/** The outcome of one request; the whole verb fails only where all the others would, too. */
async function attempt<T>(
  run: () => T | Promise<T>,
  failed: (error: StorageError) => T,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!isStorageError(error) || error.code === 'CLOSED' || error.code === 'ABORTED') throw error;
    return failed(error);
  }
}

function checkMaxBytes({ maxBytes }: BulkReadOptions): void {
  if (Number.isSafeInteger(maxBytes) && maxBytes >= 0) return;
  throw storageError('INVALID_ARGUMENT', 'read', `maxBytes is a number of bytes, not ${maxBytes}`);
}
