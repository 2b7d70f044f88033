import { StorageError } from '@dunnage/driver-api';
import type { Operation } from './operation.ts';

/** What {@link bodyOf} needs to know. */
export interface BodyOptions {
  readonly driver: string;
  readonly key: string;
  /** Bytes that the store announced. */
  readonly length: number;
  /** Chunks as they come from the socket; ending the iteration frees it. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * A body that is handed out as it is asked for, and fails with `CORRUPT` where it does not have the length
 * that was announced. Takes over the operation: it ends with the body.
 */
export function bodyOf(operation: Operation, options: BodyOptions): ReadableStream<Uint8Array> {
  const { driver, key, length } = options;
  const chunks = options.chunks[Symbol.asyncIterator]();
  let received = 0;
  const end = (): void => {
    operation[Symbol.dispose]();
    // Frees the socket, also of a body whose end never comes.
    void chunks.return?.()?.catch(() => undefined);
  };
  const corrupt = (): StorageError => {
    const message = `the body of ${JSON.stringify(key)} has ${received > length ? 'more than' : 'only'} ${Math.min(received, length)} bytes where ${length} were announced`;
    return new StorageError({ code: 'CORRUPT', op: 'get', driver, key, message });
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await operation.race(() => chunks.next());
          if (next.done !== true) received += next.value.byteLength;
          if (received > length || (next.done === true && received < length)) throw corrupt();
          if (next.done !== true) controller.enqueue(next.value);
          if (next.done === true) {
            end();
            controller.close();
          }
        } catch (error) {
          const failure = operation.error(error);
          end();
          controller.error(failure);
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}

/** A body of bytes that are there already. */
export function bodyOfBytes(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (bytes.byteLength > 0) controller.enqueue(bytes);
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
