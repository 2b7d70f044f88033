/**
 * The elements of a stream of arrays, one by one. Written by hand: a generator makes several promises
 * per element, and there are as many as the storage has files.
 */
export function eachOf<T>(arrays: AsyncGenerator<readonly T[], void>): AsyncIterableIterator<T> {
  let current: readonly T[] = [];
  let index = 0;
  /** The last call that had to wait; later ones wait for it, so that they are served in turn. */
  let last: Promise<unknown> | undefined;

  const takeOrPull = async (): Promise<IteratorResult<T>> => {
    while (index >= current.length) {
      const next = await arrays.next();
      if (next.done === true) return { done: true, value: undefined };
      current = next.value;
      index = 0;
    }
    return { done: false, value: current[index++] as T };
  };

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      if (last === undefined && index < current.length) {
        return Promise.resolve({ done: false, value: current[index++] as T });
      }
      const waiting = last === undefined ? takeOrPull() : last.then(takeOrPull, takeOrPull);
      last = waiting;
      const passed = (): void => {
        if (last === waiting) last = undefined;
      };
      waiting.then(passed, passed);
      return waiting;
    },
    async return() {
      current = [];
      await arrays.return();
      return { done: true, value: undefined };
    },
  };
}
