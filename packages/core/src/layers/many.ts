import type { Many } from '@dunnage/driver-api';

/** An iterator over either kind of iterable, without the cost of making the synchronous one wait. */
export function iterate<T>(many: Many<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in many ? many[Symbol.asyncIterator]() : many[Symbol.iterator]();
}

/**
 * `many` with `each` called for every item that is pulled. Stays synchronous where `many` is: these
 * streams are long, and a promise per item and layer would be felt.
 */
export function tap<T>(many: Many<T>, each: (item: T) => void): Many<T> {
  const seen = (result: IteratorResult<T>): IteratorResult<T> => {
    if (result.done !== true) each(result.value);
    return result;
  };
  if (Symbol.asyncIterator in many) {
    return asyncIterable(() => {
      const inner = many[Symbol.asyncIterator]();
      return { ...passReturn(inner), next: () => inner.next().then(seen) };
    });
  }
  return {
    [Symbol.iterator]() {
      const inner = many[Symbol.iterator]();
      return {
        next: () => seen(inner.next()),
        return: () => inner.return?.() ?? { done: true, value: undefined },
      };
    },
  };
}

/** An async iterable from what makes its iterators. */
export function asyncIterable<T>(open: () => AsyncIterator<T>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: open };
}

/** A `return` that ends `inner` too, when the consumer leaves early. */
function passReturn<T>(inner: AsyncIterator<T>): {
  return: () => Promise<IteratorResult<T>>;
} {
  return { return: async () => (await inner.return?.()) ?? { done: true, value: undefined } };
}
