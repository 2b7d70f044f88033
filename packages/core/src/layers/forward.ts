import { unsupported, type BulkVerbs, type StorageDriver } from '@dunnage/driver-api';

const OPTIONAL_VERBS = [
  'copy',
  'move',
  'versionsOf',
  'undelete',
  'pendingUploads',
  'abortUpload',
  'pruneEmptyDirectories',
] as const;

type OptionalMember = (typeof OPTIONAL_VERBS)[number] | 'bulk';

/** Methods that need no `this`, so that they can be handed around. */
type Bound<T> = {
  readonly [Member in keyof T]: T[Member] extends (...args: infer Args) => infer Result
    ? (this: void, ...args: Args) => Result
    : T[Member];
};

type Complete = StorageDriver & Required<Pick<StorageDriver, OptionalMember>>;

/**
 * A driver with every optional member; those that the real one lacks refuse with `UNSUPPORTED`. Its
 * methods are bound to it.
 */
export type FullDriver = Bound<Omit<Complete, 'bulk'>> & { readonly bulk: Bound<BulkVerbs> };

/** What a layer changes. An optional member takes effect only where the inner driver has it. */
export type Overrides = Partial<Omit<FullDriver, 'name' | 'id' | 'apiVersion' | 'bulk'>> & {
  readonly bulk?: Partial<BulkVerbs>;
};

/**
 * A driver that hands every call to `inner`, except for what `layer` overrides. Optional members are
 * present on the result exactly when they are on `inner`, so a layer can neither hide nor invent one.
 */
export function forward(
  inner: StorageDriver,
  layer: (inner: FullDriver) => Overrides = () => ({}),
): StorageDriver {
  const full = complete(inner);
  const overrides = layer(full);
  const result: { -readonly [Member in keyof StorageDriver]: StorageDriver[Member] } = {
    ...full,
    ...overrides,
    bulk: { ...full.bulk, ...overrides.bulk },
  };
  for (const member of [...OPTIONAL_VERBS, 'bulk'] as const) {
    if (inner[member] === undefined) delete result[member];
  }
  return result;
}

function complete(inner: StorageDriver): FullDriver {
  const absent = (verb: string) => (): never => {
    throw unsupported(inner.name, verb, verb);
  };
  const { bulk } = inner;
  return {
    name: inner.name,
    id: inner.id,
    apiVersion: inner.apiVersion,
    capabilities: inner.capabilities.bind(inner),
    stat: inner.stat.bind(inner),
    get: inner.get.bind(inner),
    put: inner.put.bind(inner),
    list: inner.list.bind(inner),
    delete: inner.delete.bind(inner),
    now: inner.now.bind(inner),
    close: inner.close.bind(inner),
    [Symbol.asyncDispose]: inner[Symbol.asyncDispose].bind(inner),
    copy: inner.copy?.bind(inner) ?? absent('copy'),
    move: inner.move?.bind(inner) ?? absent('move'),
    versionsOf: inner.versionsOf?.bind(inner) ?? absent('versionsOf'),
    undelete: inner.undelete?.bind(inner) ?? absent('undelete'),
    pendingUploads: inner.pendingUploads?.bind(inner) ?? absent('pendingUploads'),
    abortUpload: inner.abortUpload?.bind(inner) ?? absent('abortUpload'),
    pruneEmptyDirectories:
      inner.pruneEmptyDirectories?.bind(inner) ?? absent('pruneEmptyDirectories'),
    bulk: {
      children: bulk?.children.bind(bulk) ?? absent('bulk.children'),
      stat: bulk?.stat.bind(bulk) ?? absent('bulk.stat'),
      read: bulk?.read.bind(bulk) ?? absent('bulk.read'),
    },
  };
}
