import {
  API_VERSION,
  parseKey,
  StorageError,
  unsupported,
  type Capabilities,
  type ErrorCode,
  type Key,
  type Many,
  type ObjectInfo,
  type StorageDriver,
  type StorageErrorInit,
} from '@dunnage/driver-api';
import { forward, type Overrides } from '@dunnage/core';

export const KEY: Key = parseKey('a/b');

export const CAPABILITIES: Capabilities = {
  list: {
    order: 'utf8-bytes',
    startAfter: true,
    resumableCursor: true,
    afterWrite: 'strong',
    afterDelete: 'strong',
    maxPageSize: 1000,
    etagInListing: true,
    checksumsInListing: [],
  },
  read: { afterWrite: 'strong', ifMatch: true },
  put: { atomic: true, ifAbsent: true, ifMatch: true, checksums: [] },
  delete: { batchMax: 3, reportsMissing: true, ifMatch: true, freesSpace: 'immediately' },
  versions: 'none',
  retention: 'none',
  keys: {
    maxBytes: 1024,
    caseSensitive: true,
    normalizes: 'none',
    objectAndPrefixMayCoexist: true,
  },
  emptyDirectories: true,
  modifiedResolutionMs: 1,
  shared: true,
};

export function infoOf(key: Key, fields: Partial<ObjectInfo> = {}): ObjectInfo {
  return { key, size: 3, modified: 1000, etag: 'e1', ...fields };
}

/** A driver with every optional member, all of which refuse, but for what `verbs` gives. */
export function bareDriver(verbs: Overrides = {}): StorageDriver {
  const refuse = (op: string) => (): never => {
    throw unsupported('bare', op, op);
  };
  const all: StorageDriver = {
    name: 'bare',
    id: 'bare://',
    apiVersion: API_VERSION,
    capabilities: async () => CAPABILITIES,
    stat: refuse('stat'),
    get: refuse('get'),
    put: refuse('put'),
    list: refuse('list'),
    delete: refuse('delete'),
    now: async () => Date.now(),
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
    copy: refuse('copy'),
    move: refuse('move'),
    versionsOf: refuse('versionsOf'),
    undelete: refuse('undelete'),
    pendingUploads: refuse('pendingUploads'),
    abortUpload: refuse('abortUpload'),
    pruneEmptyDirectories: refuse('pruneEmptyDirectories'),
    bulk: { children: refuse('children'), stat: refuse('stat'), read: refuse('read') },
  };
  return forward(all, () => verbs);
}

export function failure(code: ErrorCode, fields: Partial<StorageErrorInit> = {}): StorageError {
  return new StorageError({
    ...{ code, op: 'test', driver: 'bare', message: `the store says ${code}` },
    ...fields,
  });
}

/** Resolves from outside; for holding a request in flight. */
export class Gate {
  readonly opened: Promise<void>;
  open: () => void = () => {};

  constructor() {
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}

/** Lets everything that can go on now go on: all pending microtasks, and those that they cause. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

export async function collected<T>(stream: Many<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

export function bodyOf(...chunks: readonly (string | Error)[]): ReadableStream<Uint8Array> {
  const rest = [...chunks];
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const next = rest.shift();
        if (next === undefined) controller.close();
        else if (next instanceof Error) throw next;
        else controller.enqueue(new TextEncoder().encode(next));
      },
    },
    { highWaterMark: 0 },
  );
}

export async function textOf(body: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(body).text();
}
