import { StorageError, type StorageDriver } from '@dunnage/driver-api';

/** The same driver, its verbs still bound to it, with some of them replaced. */
function replaced<T extends object>(inner: StorageDriver, members: T): StorageDriver & T {
  return new Proxy(inner, {
    get(target, property) {
      if (Object.hasOwn(members, property)) return Reflect.get(members, property);
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  }) as StorageDriver & T;
}

/** A driver on which any attempt to change something is an error, and is remembered in `attempts`. */
export function neverWriting(
  inner: StorageDriver,
): StorageDriver & { readonly attempts: readonly string[] } {
  const attempts: string[] = [];
  const refuse = (op: string, key?: string): never => {
    attempts.push(key === undefined ? op : `${op} ${key}`);
    throw new StorageError({
      code: 'READ_ONLY',
      op,
      driver: inner.name,
      key,
      message: `${op} was tried on a storage that must not be changed`,
    });
  };
  const refusing: Partial<StorageDriver> = {
    put: async (key) => refuse('put', key),
    // oxlint-disable-next-line require-yield
    async *delete() {
      refuse('delete');
    },
    ...(inner.copy && { copy: async (_, to) => refuse('copy', to) }),
    ...(inner.move && { move: async (_, to) => refuse('move', to) }),
    ...(inner.undelete && { undelete: async (key) => refuse('undelete', key) }),
    ...(inner.abortUpload && { abortUpload: async (key) => refuse('abortUpload', key) }),
    ...(inner.pruneEmptyDirectories && {
      // oxlint-disable-next-line require-yield
      async *pruneEmptyDirectories() {
        refuse('pruneEmptyDirectories');
      },
    }),
  };
  return replaced(inner, { ...refusing, attempts });
}

/** A driver whose clock is `ms` ahead (or, negative, behind): time passes without anybody waiting. */
export function laterBy(inner: StorageDriver, ms: number): StorageDriver {
  return replaced<Pick<StorageDriver, 'now'>>(inner, {
    now: async (options) => (await inner.now(options)) + ms,
  });
}

/** The same storage under another identity: to a collector, another one. */
export function renamed(inner: StorageDriver, id: string): StorageDriver {
  return replaced(inner, { id });
}

/** The driver without its bulk verbs: a collector has to list it flat. */
export function withoutBulk(inner: StorageDriver): StorageDriver {
  return replaced<object>(inner, { bulk: undefined });
}

/** The driver with listings that carry no content hashes: what links hold has to be read. */
export function withoutHashes(inner: StorageDriver): StorageDriver {
  return replaced<Pick<StorageDriver, 'list'>>(inner, {
    async *list(options) {
      for await (const page of inner.list(options)) {
        const objects = page.objects.map(({ checksums: _checksums, ...rest }) => rest);
        yield { ...page, objects };
      }
    },
  });
}
