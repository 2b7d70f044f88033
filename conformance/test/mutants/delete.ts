import { parsePrefix, StorageError } from '@dunnage/driver-api';
import type {
  DeleteOutcome,
  DeleteRequest,
  Key,
  ListedObject,
  Many,
  StorageDriver,
} from '@dunnage/driver-api';
import type { Mutant } from './mutant.ts';

/** Serves requests one by one, each by `serve`. */
function eachRequest(
  serve: (request: DeleteRequest) => AsyncIterable<DeleteOutcome>,
): StorageDriver['delete'] {
  return async function* (requests: Many<DeleteRequest>) {
    for await (const request of requests) yield* serve(request);
  };
}

async function* one(outcome: DeleteOutcome): AsyncGenerator<DeleteOutcome> {
  yield outcome;
}

async function keysOf(driver: StorageDriver): Promise<Key[]> {
  const keys: Key[] = [];
  for await (const page of driver.list()) keys.push(...page.objects.map(({ key }) => key));
  return keys;
}

export const DELETE: readonly Mutant[] = [
  {
    name: 'deletes nothing and says that it did',
    caughtBy: 'A8',
    spoil: (driver) => ({
      ...driver,
      delete: eachRequest((request) => one({ request, outcome: 'deleted' })),
    }),
  },
  {
    name: 'deletes no object of more than a megabyte',
    caughtBy: 'A8',
    spoil: (driver) => ({
      ...driver,
      delete: eachRequest(async function* (request) {
        const large = ((await driver.stat(request.key))?.size ?? 0) > 1e6;
        yield* large ? one({ request, outcome: 'deleted' }) : driver.delete([request]);
      }),
    }),
  },
  {
    name: 'deletes the first hundred only',
    caughtBy: 'F2',
    spoil: (driver) => ({
      ...driver,
      async *delete(requests) {
        let count = 0;
        const served = eachRequest((request) =>
          count++ < 100 ? driver.delete([request]) : one({ request, outcome: 'deleted' }),
        );
        yield* served(requests);
      },
    }),
  },
  {
    name: 'forgets the outcome of the last request',
    caughtBy: 'F2',
    spoil: (driver) => ({
      ...driver,
      async *delete(requests, options) {
        let held: DeleteOutcome | undefined;
        for await (const outcome of driver.delete(requests, options)) {
          if (held !== undefined) yield held;
          held = outcome;
        }
      },
    }),
  },
  {
    name: 'reports failures only',
    caughtBy: 'F2',
    spoil: (driver) => ({
      ...driver,
      async *delete(requests, options) {
        for await (const outcome of driver.delete(requests, options)) {
          if ('error' in outcome) yield outcome;
        }
      },
    }),
  },
  {
    name: 'gives each outcome twice',
    caughtBy: 'F2',
    spoil: (driver) => ({
      ...driver,
      async *delete(requests, options) {
        for await (const outcome of driver.delete(requests, options)) {
          yield outcome;
          yield outcome;
        }
      },
    }),
  },
  {
    name: 'answers several requests for one key once',
    caughtBy: 'F3',
    spoil: (driver) => ({
      ...driver,
      async *delete(requests, options) {
        const unique = new Map<Key, DeleteRequest>();
        for await (const request of requests) unique.set(request.key, request);
        yield* driver.delete(unique.values(), options);
      },
    }),
  },
  {
    name: 'deletes all keys that begin alike',
    caughtBy: 'F6',
    spoil: (driver) => ({
      ...driver,
      delete: eachRequest(async function* (request) {
        const alike = (await keysOf(driver)).filter((key) => key.startsWith(request.key));
        yield* driver.delete([request]);
        for await (const outcome of driver.delete(alike.map((key) => ({ key })))) void outcome;
      }),
    }),
  },
  {
    name: 'deletes what is below a key',
    caughtBy: 'F7',
    spoil: (driver) => ({
      ...driver,
      delete: eachRequest(async function* (request) {
        const below = (await keysOf(driver)).filter((key) => key.startsWith(`${request.key}/`));
        for await (const outcome of driver.delete(below.map((key) => ({ key })))) void outcome;
        yield* driver.delete([request]);
      }),
    }),
  },
  {
    name: 'fails for what is not there',
    caughtBy: 'F1',
    spoil: (driver) => ({
      ...driver,
      delete: eachRequest(async function* (request) {
        if ((await driver.stat(request.key)) === undefined) {
          const message = 'there is no such object';
          throw new StorageError({ code: 'NOT_FOUND', op: 'delete', driver: 'memory', message });
        }
        yield* driver.delete([request]);
      }),
    }),
  },
  {
    name: 'calls missing what it does not declare to know',
    caughtBy: 'F1',
    spoil: (driver) => ({
      ...driver,
      delete: eachRequest(async function* (request) {
        const missing = (await driver.stat(request.key)) === undefined;
        yield* missing ? one({ request, outcome: 'missing' }) : driver.delete([request]);
      }),
    }),
  },
  {
    name: 'calls deleted what it declares to report as missing',
    caughtBy: 'F1',
    profile: 'azure',
    spoil: (driver) => ({
      ...driver,
      async *delete(requests, options) {
        for await (const { request } of driver.delete(requests, options)) {
          yield { request, outcome: 'deleted' };
        }
      },
    }),
  },
  {
    name: 'gives up a batch for one bad request',
    caughtBy: 'F4',
    spoil: (driver) => ({
      ...driver,
      async *delete(requests, options) {
        const all: DeleteRequest[] = [];
        for await (const request of requests) all.push(request);
        const error = new StorageError({
          code: 'INTERNAL',
          op: 'delete',
          driver: 'memory',
          message: 'bad batch',
        });
        if (all.every(({ ifMatch }) => ifMatch === undefined)) yield* driver.delete(all, options);
        else for (const request of all) yield { request, outcome: 'failed', error };
      },
    }),
  },
  {
    name: 'ignores ifMatch on delete',
    caughtBy: 'I2c',
    spoil: (driver) => ({
      ...driver,
      delete: eachRequest(async function* (request) {
        const { key, version } = request;
        for await (const outcome of driver.delete([
          version === undefined ? { key } : { key, version },
        ])) {
          yield { ...outcome, request };
        }
      }),
    }),
  },
  {
    name: 'ignores an ifMatch on delete that it does not declare',
    caughtBy: 'I2c',
    profile: 'plain',
    spoil: (driver) => ({
      ...driver,
      delete: eachRequest(async function* (request) {
        for await (const outcome of driver.delete([{ key: request.key }]))
          yield { ...outcome, request };
      }),
    }),
  },
  {
    name: 'makes a plain delete of a delete by version',
    caughtBy: 'F11c',
    spoil: (driver) => ({
      ...driver,
      delete: eachRequest(async function* (request) {
        for await (const outcome of driver.delete([{ key: request.key }]))
          yield { ...outcome, request };
      }),
    }),
  },
  {
    name: 'says deleted where a marker was set',
    caughtBy: 'F2',
    profile: 's3-versioned',
    spoil: (driver) => ({
      ...driver,
      async *delete(requests, options) {
        for await (const outcome of driver.delete(requests, options)) {
          yield outcome.outcome === 'marked' ? { ...outcome, outcome: 'deleted' } : outcome;
        }
      },
    }),
  },
  {
    name: 'undeletes nothing',
    caughtBy: 'F11b',
    profile: 's3-versioned',
    spoil: (driver) => ({
      ...driver,
      async undelete(key, version) {
        const info = await driver.stat(key, { version });
        if (info !== undefined) return info;
        throw new StorageError({
          code: 'NOT_FOUND',
          op: 'undelete',
          driver: 'memory',
          message: 'there is no such version',
        });
      },
    }),
  },
  {
    name: 'lists no delete markers among the versions',
    caughtBy: 'F11b',
    profile: 's3-versioned',
    spoil: (driver) => ({
      ...driver,
      async *versionsOf(options) {
        for await (const page of driver.versionsOf?.(options) ?? []) {
          yield { ...page, objects: page.objects.filter(({ deleteMarker }) => !deleteMarker) };
        }
      },
    }),
  },
  {
    name: 'removes a directory with its last object',
    caughtBy: 'F8',
    profile: 'fs',
    spoil: (driver) => ({
      ...driver,
      async *delete(requests, options) {
        for await (const outcome of driver.delete(requests, options)) {
          const { key } = outcome.request;
          const parent = parsePrefix(key.slice(0, key.lastIndexOf('/') + 1));
          for await (const pruned of driver.pruneEmptyDirectories?.([parent]) ?? []) void pruned;
          yield outcome;
        }
      },
    }),
  },
  {
    name: 'says of each directory that it was pruned',
    caughtBy: 'F8',
    profile: 'fs',
    spoil: (driver) => ({
      ...driver,
      async *pruneEmptyDirectories(prefixes) {
        for await (const prefix of prefixes) {
          for await (const pruned of driver.pruneEmptyDirectories?.([prefix]) ?? []) void pruned;
          yield prefix;
        }
      },
    }),
  },
  {
    name: 'prunes directories with what is in them',
    caughtBy: 'F8',
    profile: 'fs',
    spoil: (driver) => ({
      ...driver,
      async *pruneEmptyDirectories(prefixes) {
        for await (const prefix of prefixes) {
          const below = (await keysOf(driver)).filter((key) => key.startsWith(prefix));
          for await (const outcome of driver.delete(below.map((key) => ({ key })))) void outcome;
          yield* driver.pruneEmptyDirectories?.([prefix]) ?? [];
        }
      },
    }),
  },
  {
    name: 'gives outcomes for requests that it did not carry out after an abort',
    caughtBy: 'F15',
    spoil: (driver) => ({
      ...driver,
      async *delete(requests, options) {
        for await (const request of requests) {
          const aborted = options?.signal?.aborted === true;
          yield* aborted ? one({ request, outcome: 'deleted' }) : driver.delete([request]);
        }
        const { signal } = options ?? {};
        if (signal?.aborted === true) yield* driver.delete([], { signal });
      },
    }),
  },
  {
    name: 'cannot delete names with an ampersand',
    caughtBy: 'F14',
    spoil: (driver) => ({
      ...driver,
      delete: eachRequest((request) =>
        request.key.includes('&') ? one({ request, outcome: 'deleted' }) : driver.delete([request]),
      ),
    }),
  },
  {
    name: 'ends at the first request that fails',
    caughtBy: 'F4',
    spoil: (driver) => ({
      ...driver,
      async *delete(requests, options) {
        for await (const outcome of driver.delete(requests, options)) {
          yield outcome;
          if ('error' in outcome) return;
        }
      },
    }),
  },
  {
    name: 'hides a deleted object from stat and get, but lists it',
    caughtBy: 'A7',
    spoil(driver) {
      const listed = new Map<Key, ListedObject>();
      return {
        ...driver,
        async put(key, source, options) {
          const info = await driver.put(key, source, options);
          listed.set(key, info);
          return info;
        },
        async *list() {
          yield { objects: [...listed.values()], prefixes: [], complete: true };
        },
      };
    },
  },
  {
    name: 'takes requests as an array only',
    caughtBy: 'F2b',
    spoil: (driver) => ({
      ...driver,
      delete: (requests, options) =>
        driver.delete(Array.isArray(requests) ? requests : [], options),
    }),
  },
  {
    name: 'fails when an object is deleted again',
    caughtBy: 'F10',
    spoil(driver) {
      const gone = new Set<Key>();
      const error = new StorageError({
        code: 'INTERNAL',
        op: 'delete',
        driver: 'memory',
        message: 'again',
      });
      return {
        ...driver,
        delete: eachRequest((request) => {
          if (gone.has(request.key)) return one({ request, outcome: 'failed', error });
          gone.add(request.key);
          return driver.delete([request]);
        }),
      };
    },
  },
  {
    name: 'deletes all versions where it should set a marker',
    caughtBy: 'F11',
    profile: 's3-versioned',
    spoil: (driver) => ({
      ...driver,
      delete: eachRequest(async function* (request) {
        if (request.version !== undefined) {
          yield* driver.delete([request]);
          return;
        }
        for await (const page of driver.versionsOf?.() ?? []) {
          for (const { key, version } of page.objects) {
            if (key !== request.key) continue;
            for await (const outcome of driver.delete([{ key, version }])) void outcome;
          }
        }
        yield { request, outcome: 'marked', version: 'none' };
      }),
    }),
  },
];
