import type { StorageError } from './error.ts';
import type { Key, Prefix } from './key.ts';
import type { ObjectInfo } from './object.ts';
import type { OpOptions } from './options.ts';

/**
 * Verbs for stores on which many small steps beat a flat listing: file systems, where a recursive
 * listing opens every directory and a single call costs more in hand-over than in work. Each takes
 * a stream of requests and gives exactly one outcome per request, in any order.
 *
 * A driver that has them is walked directory by directory; one that has not is listed flat.
 */
export interface BulkVerbs {
  /** The names directly below each prefix. A prefix that does not exist is an empty one. */
  children(prefixes: Many<Prefix>, options?: OpOptions): AsyncIterable<ChildrenOutcome>;
  stat(keys: Many<Key>, options?: OpOptions): AsyncIterable<StatOutcome>;
  /** Whole small objects; one of more than `maxBytes` fails with `TOO_LARGE`. */
  read(keys: Many<Key>, options: BulkReadOptions): AsyncIterable<ReadOutcome>;
}

/** Requests of a bulk verb: pulled only as fast as they are served. */
export type Many<T> = Iterable<T> | AsyncIterable<T>;

export interface BulkReadOptions extends OpOptions {
  readonly maxBytes: number;
}

export type ChildrenOutcome =
  | {
      readonly status: 'ok';
      readonly prefix: Prefix;
      /** Base names of the objects directly below, in no order. */
      readonly objects: readonly string[];
      /** Base names of the directories directly below, in no order, without `/`. */
      readonly directories: readonly string[];
    }
  | { readonly status: 'failed'; readonly prefix: Prefix; readonly error: StorageError };

export type StatOutcome =
  | { readonly status: 'ok'; readonly key: Key; readonly info: ObjectInfo }
  | { readonly status: 'missing'; readonly key: Key }
  | { readonly status: 'failed'; readonly key: Key; readonly error: StorageError };

export type ReadOutcome =
  | {
      readonly status: 'ok';
      readonly key: Key;
      readonly info: ObjectInfo;
      readonly bytes: Uint8Array;
    }
  | { readonly status: 'missing'; readonly key: Key }
  | { readonly status: 'failed'; readonly key: Key; readonly error: StorageError };
