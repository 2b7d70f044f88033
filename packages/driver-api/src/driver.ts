import type { BulkVerbs, Many } from './bulk.ts';
import type { Capabilities } from './capabilities.ts';
import type { DeleteOutcome, DeleteRequest } from './delete.ts';
import type { Key, Prefix } from './key.ts';
import type { ListOptions, ListPage } from './list.ts';
import type { ObjectInfo, VersionInfo } from './object.ts';
import type { OpOptions } from './options.ts';
import type { ApiVersion } from './version.ts';

export interface StatOptions extends OpOptions {
  readonly version?: string;
}

export interface GetOptions extends OpOptions {
  /** Bytes from `start` up to, not including, `end`; an `end` beyond the object is cut to it. */
  readonly range?: { readonly start: number; readonly end?: number };
  readonly ifMatch?: string;
  readonly version?: string;
}

export interface GetResult {
  /** Of the whole object, also for a range. */
  readonly info: ObjectInfo;
  /** A body that ends short of its length fails with `CORRUPT`. Cancelling it frees the socket or file. */
  readonly body: ReadableStream<Uint8Array>;
}

export interface PutOptions extends OpOptions {
  /** Length of the source in bytes; one that differs fails with `CORRUPT` and stores nothing. */
  readonly size?: number;
  /** Only if there is no such object: else `ALREADY_EXISTS`. */
  readonly ifAbsent?: boolean;
  /** Only if the object has this etag: else `PRECONDITION_FAILED`, also when it is missing. */
  readonly ifMatch?: string;
  /** Hash of the source in lower-case hex; one that differs fails with `CORRUPT` and stores nothing. */
  readonly checksum?: {
    readonly algorithm: 'md5' | 'sha256' | 'crc32c';
    readonly value: string;
  };
}

/** Content to store. */
export type Source = Uint8Array | AsyncIterable<Uint8Array>;

/** An upload that was begun and neither finished nor aborted: it costs space and no listing shows it. */
export interface PendingUpload {
  readonly key: Key;
  readonly uploadId: string;
  /** Milliseconds since the Unix epoch. */
  readonly started: number;
}

/**
 * A storage driver: five verbs and a clock, which is all a collector needs; the rest is optional.
 *
 * Rules for all verbs. Arguments are checked before any I/O (`INVALID_KEY`, `INVALID_ARGUMENT`). An
 * option that the store can't honour is refused with `UNSUPPORTED`, never ignored. Errors are
 * {@link StorageError}s. A driver does not retry: its caller does. After {@link close} every verb fails
 * with `CLOSED`.
 */
export interface StorageDriver extends AsyncDisposable {
  /** Short name of the driver: `fs`, `memory`, `s3`. */
  readonly name: string;
  /** Which storage this is, as a canonical URL without secrets: the same for the same storage. */
  readonly id: string;
  readonly apiVersion: ApiVersion;

  /**
   * What the store behind this instance can do. Stable over the instance's life. Optional verbs that depend on the
   * store, and not only on the driver, are there at the latest when this was answered.
   */
  capabilities(options?: OpOptions): Promise<Capabilities>;

  /**
   * The object's facts, or `undefined` for a definite "no such object". Anything less certain (no
   * permission, no bucket, no answer) throws.
   */
  stat(key: Key, options?: StatOptions): Promise<ObjectInfo | undefined>;

  /** The object's content. @throws `NOT_FOUND`, `RANGE_NOT_SATISFIABLE`, `PRECONDITION_FAILED`. */
  get(key: Key, options?: GetOptions): Promise<GetResult>;

  /** Stores an object atomically: whole or not at all, replacing what was there. */
  put(key: Key, source: Source, options?: PutOptions): Promise<ObjectInfo>;

  /** Pages of a listing; see {@link ListPage.complete}. A prefix without objects is one empty page. */
  list(options?: ListOptions): AsyncIterable<ListPage>;

  /**
   * Deletes objects, each on its own: never below a prefix, never a directory. One outcome per request,
   * in any order; requests are pulled as they are served. After an abort, requests without an
   * outcome may or may not have been carried out.
   */
  delete(requests: Many<DeleteRequest>, options?: OpOptions): AsyncIterable<DeleteOutcome>;

  /** The store's clock, in milliseconds since the Unix epoch: what ages are measured against. */
  now(options?: OpOptions): Promise<number>;

  /** Ends all operations and frees all resources; a second call does nothing. */
  close(): Promise<void>;

  /** See {@link BulkVerbs}. */
  readonly bulk?: BulkVerbs;

  /** Server-side copy. */
  copy?(from: Key, to: Key, options?: PutOptions): Promise<ObjectInfo>;
  /** Atomic where the store can: afterwards `from` is gone and `to` holds its content. */
  move?(from: Key, to: Key, options?: PutOptions): Promise<ObjectInfo>;
  /** All versions and delete markers, where `versions` is not `'none'`. */
  versionsOf?(options?: ListOptions): AsyncIterable<ListPage<VersionInfo>>;
  /** Makes a deleted or older version the current one. */
  undelete?(key: Key, version: string, options?: OpOptions): Promise<ObjectInfo>;
  pendingUploads?(options?: ListOptions): AsyncIterable<PendingUpload>;
  abortUpload?(key: Key, uploadId: string, options?: OpOptions): Promise<void>;
  /**
   * Removes each given directory that is empty, in the order given (so children before parents), and
   * yields those removed. One that is not empty, or not there, is left without an error. Present
   * exactly where `emptyDirectories` is declared.
   */
  pruneEmptyDirectories?(prefixes: Many<Prefix>, options?: OpOptions): AsyncIterable<Prefix>;
}
