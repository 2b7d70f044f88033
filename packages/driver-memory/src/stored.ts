import type { ObjectInfo } from '@dunnage/driver-api';

/** One written state of a key: an object, or, in a versioned store, a delete marker. */
export interface Stored {
  readonly info: ObjectInfo;
  /** Where its bytes are; a delete marker has none. */
  readonly content: number | undefined;
}

export function isMarker(stored: Stored): boolean {
  return stored.content === undefined;
}
