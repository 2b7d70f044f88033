import type { StorageError } from './error.ts';
import type { Key } from './key.ts';

/** One object to delete. */
export interface DeleteRequest {
  readonly key: Key;
  /** Delete this version for good. */
  readonly version?: string;
  /** Delete only if the object still has this etag. Only where `delete.ifMatch` is declared. */
  readonly ifMatch?: string;
}

/**
 * What became of one request. Drivers give exactly one per request, in any order. `'deleted'` is a
 * positive confirmation: the absence of an error is not one.
 */
export type DeleteOutcome =
  | {
      readonly request: DeleteRequest;
      /**
       * `'deleted'`: gone. `'marked'`: hidden by a delete marker, or an older version now where the store has
       * no markers; the bytes stay. `'soft-deleted'`: the store keeps the bytes for a while.
       * `'missing'`: it was not there (only where `delete.reportsMissing` is declared).
       */
      readonly outcome: 'deleted' | 'marked' | 'soft-deleted' | 'missing';
      /** The marker that the delete set, or the version or marker that it removed. */
      readonly version?: string;
    }
  | {
      readonly request: DeleteRequest;
      /** `'unknown'`: the answer was lost, the object may be gone: look again. */
      readonly outcome: 'precondition-failed' | 'locked' | 'denied' | 'failed' | 'unknown';
      readonly error: StorageError;
    };
