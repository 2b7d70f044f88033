import type { BulkVerbs, Prefix, StorageDriver } from '@dunnage/driver-api';
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
      if (fault?.kind === 'fail' && fault.when === 'before') throw injected(fault, call);
      const result = await inner.get(key, options);
      return fault?.kind === 'fail' ? brokenOff(result, fault, call) : result;
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
    ...(inner.bulk && { bulk: faultyBulk(gate, inner.bulk) }),
    ...(inner.copy && { copy: faultyCopy(gate, 'copy', inner.copy.bind(inner)) }),
    ...(inner.move && { move: faultyCopy(gate, 'move', inner.move.bind(inner)) }),
    ...(inner.versionsOf && { versionsOf: faultyVersions(gate, inner.versionsOf.bind(inner)) }),
    ...(inner.undelete && { undelete: inner.undelete.bind(inner) }),
    ...(inner.pendingUploads && { pendingUploads: inner.pendingUploads.bind(inner) }),
    ...(inner.abortUpload && { abortUpload: inner.abortUpload.bind(inner) }),
    ...(inner.pruneEmptyDirectories && {
      pruneEmptyDirectories: faultyPrune(gate, inner.pruneEmptyDirectories.bind(inner)),
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
        (prefix, error) => ({ status: 'failed', prefix, error }),
      ),
    stat: (keys, options) =>
      faultyMany(
        gate,
        'bulk-stat',
        keys,
        (of) => (typeof of === 'string' ? of : of.key),
        (admitted) => bulk.stat(admitted, options),
        (key, error) => ({ status: 'failed', key, error }),
      ),
    read: (keys, options) =>
      faultyMany(
        gate,
        'bulk-read',
        keys,
        (of) => (typeof of === 'string' ? of : of.key),
        (admitted) => bulk.read(admitted, options),
        (key, error) => ({ status: 'failed', key, error }),
      ),
  };
}

type Copy = NonNullable<StorageDriver['copy']>;
type VersionsOf = NonNullable<StorageDriver['versionsOf']>;
type Prune = NonNullable<StorageDriver['pruneEmptyDirectories']>;

function faultyCopy(gate: Gate, verb: 'copy' | 'move', run: Copy): Copy {
  return (from, to, options) => gate.single(verb, from, () => run(from, to, options));
}

function faultyVersions(gate: Gate, run: VersionsOf): VersionsOf {
  return (options = {}) => faultyPages(gate, options.prefix ?? '', run(options));
}

/** A directory that fails ends the verb, which has no outcome for it. */
function faultyPrune(gate: Gate, run: Prune): Prune {
  return (prefixes, options) => {
    async function* entered(): AsyncGenerator<Prefix> {
      for await (const prefix of prefixes) {
        const { call, fault } = await gate.enter('prune', prefix);
        if (fault?.kind === 'fail') throw injected(fault, call);
        yield prefix;
      }
    }
    return run(entered(), options);
  };
}
