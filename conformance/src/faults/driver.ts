import type { BulkVerbs, StorageDriver } from '@dunnage/driver-api';
import { injected, type Call, type Decide } from './fault.ts';
import { Gate } from './gate.ts';
import { brokenOff, failedDelete, faultyMany, faultyPages } from './streams.ts';

/** A driver on which things go wrong. */
export interface FaultyDriver extends StorageDriver {
  /** All calls so far. */
  readonly calls: readonly Call[];
  /** A `kill` has struck. */
  readonly killed: boolean;
}

/**
 * Wraps a driver so that calls fail as `decide` says. It has the verbs that the wrapped driver has, and
 * honours the contract in all that it does to a call, but for the faults that are breaches of it.
 */
export function withFaults(inner: StorageDriver, decide: Decide = () => undefined): FaultyDriver {
  const gate = new Gate(decide);
  const { bulk, copy, move, versionsOf, undelete, pendingUploads, abortUpload } = inner;
  const { pruneEmptyDirectories } = inner;
  return {
    name: inner.name,
    id: inner.id,
    apiVersion: inner.apiVersion,
    get calls() {
      return gate.calls;
    },
    get killed() {
      return gate.killed;
    },
    capabilities: (options) =>
      gate.single('capabilities', undefined, () => inner.capabilities(options)),
    stat: (key, options) => gate.single('stat', key, () => inner.stat(key, options)),
    async get(key, options) {
      const { call, fault } = await gate.enter('get', key);
      if (fault?.kind === 'fail' && fault.when === 'before') throw injected(fault.code, call);
      const result = await inner.get(key, options);
      return fault?.kind === 'fail' ? brokenOff(result, fault.code, call) : result;
    },
    put: (key, source, options) => gate.single('put', key, () => inner.put(key, source, options)),
    list: (options = {}) => faultyPages(gate, options.prefix ?? '', inner.list(options)),
    delete: (requests, options) =>
      faultyMany(
        gate,
        'delete',
        requests,
        (of) => ('request' in of ? of.request.key : of.key),
        (admitted) => inner.delete(admitted, options),
        failedDelete,
      ),
    now: (options) => gate.single('now', undefined, () => inner.now(options)),
    close: () => inner.close(),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    ...(bulk === undefined ? {} : { bulk: faultyBulk(gate, bulk) }),
    ...(copy === undefined
      ? {}
      : {
          copy: (from, to, options) =>
            gate.single('copy', from, () => copy.call(inner, from, to, options)),
        }),
    ...(move === undefined
      ? {}
      : {
          move: (from, to, options) =>
            gate.single('move', from, () => move.call(inner, from, to, options)),
        }),
    ...(versionsOf === undefined
      ? {}
      : {
          versionsOf: (options = {}) =>
            faultyPages(gate, options.prefix ?? '', versionsOf.call(inner, options)),
        }),
    ...(undelete === undefined
      ? {}
      : {
          undelete: (key, version, options) =>
            gate.single('put', key, () => undelete.call(inner, key, version, options)),
        }),
    ...(pendingUploads === undefined ? {} : { pendingUploads: pendingUploads.bind(inner) }),
    ...(abortUpload === undefined ? {} : { abortUpload: abortUpload.bind(inner) }),
    ...(pruneEmptyDirectories === undefined
      ? {}
      : {
          pruneEmptyDirectories: (prefixes, options) =>
            pruneEmptyDirectories.call(inner, entered(gate, prefixes), options),
        }),
  };
}

function faultyBulk(gate: Gate, bulk: BulkVerbs): BulkVerbs {
  return {
    children: (prefixes, options) =>
      faultyMany(
        gate,
        'children',
        prefixes,
        (of) => (typeof of === 'string' ? of : of.prefix),
        (admitted) => bulk.children(admitted, options),
        (prefix, call, code) => ({ status: 'failed', prefix, error: injected(code, call) }),
      ),
    stat: (keys, options) =>
      faultyMany(
        gate,
        'bulk-stat',
        keys,
        (of) => (typeof of === 'string' ? of : of.key),
        (admitted) => bulk.stat(admitted, options),
        (key, call, code) => ({ status: 'failed', key, error: injected(code, call) }),
      ),
    read: (keys, options) =>
      faultyMany(
        gate,
        'bulk-read',
        keys,
        (of) => (typeof of === 'string' ? of : of.key),
        (admitted) => bulk.read(admitted, options),
        (key, call, code) => ({ status: 'failed', key, error: injected(code, call) }),
      ),
  };
}

/** Directories to prune: a failure of one ends the verb, which has no outcome for it. */
async function* entered<T extends string>(
  gate: Gate,
  prefixes: Iterable<T> | AsyncIterable<T>,
): AsyncGenerator<T> {
  for await (const prefix of prefixes) {
    const { call, fault } = await gate.enter('prune', prefix);
    if (fault?.kind === 'fail') throw injected(fault.code, call);
    yield prefix;
  }
}
