import { buffer } from 'node:stream/consumers';
import type { GetOptions, Key, Source, StorageDriver } from '@dunnage/driver-api';

export function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

/** Bytes in which no two places look alike, the same for the same seed (xorshift). */
export function noise(length: number, seed: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** The whole content of an object, or the range of it. */
export async function readAll(
  driver: StorageDriver,
  key: Key,
  options?: GetOptions,
): Promise<Uint8Array> {
  const { body } = await driver.get(key, options);
  return new Uint8Array(await buffer(body));
}

/** The content as text, for comparisons that a person can read. */
export async function readText(
  driver: StorageDriver,
  key: Key,
  options?: GetOptions,
): Promise<string> {
  return new TextDecoder().decode(await readAll(driver, key, options));
}

/** A source that hands out `bytes` in chunks. */
export async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

/** A source that hands out `first` and then nothing, for ever; it calls `whenAsked` instead. */
export function stalled<T>(
  first: T,
  whenAsked: () => void = () => undefined,
): AsyncIterable<T> & { readonly asked: Promise<void> } {
  const asked = Promise.withResolvers<void>();
  let given = false;
  return {
    asked: asked.promise,
    [Symbol.asyncIterator]: () => ({
      async next() {
        if (!given) {
          given = true;
          return { done: false, value: first };
        }
        asked.resolve();
        whenAsked();
        return new Promise<never>(() => undefined);
      },
      async return() {
        return { done: true, value: undefined };
      },
    }),
  };
}

/** A source that hands out `first` and then fails. */
export async function* failing(
  first: Uint8Array,
  error: Error,
): Source & AsyncGenerator<Uint8Array> {
  yield first;
  throw error;
}
