import type { Key, OpOptions } from '@dunnage/driver-api';
import { Session as KitSession } from '@dunnage/driver-kit';
import type { MemoryStore } from './client.ts';
import { DRIVER, storageError } from './errors.ts';

/** One opened driver on a store. */
export class Session extends KitSession {
  readonly store: MemoryStore;

  constructor(store: MemoryStore) {
    const { maxBytes, maxSegmentBytes } = store.profile.capabilities.keys;
    super({
      driver: DRIVER,
      id: `mem://${store.name}`,
      maxKeyBytes: maxBytes,
      explainKey: (key) => explainLongSegment(key, maxSegmentBytes),
      toStorageError: (cause, op, key) =>
        storageError('INTERNAL', op, String(cause), { key, cause }),
    });
    this.store = store;
  }

  /** {@link check}, and counts one operation on the store. */
  enter(op: string, options: OpOptions | undefined, key?: Key): void {
    this.check(op, options, key);
    this.store.tick();
  }
}

function explainLongSegment(key: Key, maxSegmentBytes = Infinity): string | undefined {
  // A UTF-16 unit becomes three bytes at most: short keys need no count.
  if (key.length * 3 <= maxSegmentBytes) return undefined;
  return key.split('/').some((segment) => Buffer.byteLength(segment) > maxSegmentBytes)
    ? `a segment has more than ${maxSegmentBytes} bytes`
    : undefined;
}
