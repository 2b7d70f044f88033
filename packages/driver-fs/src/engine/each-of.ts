/** Elements that are made as they are taken, one by one, so that few are alive at once. */
export interface Taken<T> {
  readonly length: number;
  /** The next one, at most {@link length} times. */
  next(): T;
}

const NONE: Taken<never> = {
  length: 0,
  next() {
    throw new RangeError('there is none');
  },
};

/**
 * The elements of a stream of batches, one by one. Written by hand: a generator makes several promises
 * per element, and there are as many as the storage has files.
 */
export function eachOf<T>(batches: AsyncGenerator<Taken<T>, void>): AsyncIterableIterator<T> {
  let current: Taken<T> = NONE;
  let left = 0;
  /** The last call that had to wait; later ones wait for it, so that they are served in turn. */
  let last: Promise<unknown> | undefined;

  const take = (): IteratorResult<T> => {
    left--;
    return { done: false, value: current.next() };
  };
  const takeOrPull = async (): Promise<IteratorResult<T>> => {
    while (left === 0) {
      const next = await batches.next();
      if (next.done === true) return { done: true, value: undefined };
      current = next.value;
      left = current.length;
    }
    return take();
  };

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      if (last === undefined && left > 0) return Promise.resolve(take());
      const waiting = last === undefined ? takeOrPull() : last.then(takeOrPull, takeOrPull);
      last = waiting;
      const passed = (): void => {
        if (last === waiting) last = undefined;
      };
      waiting.then(passed, passed);
      return waiting;
    },
    async return() {
      left = 0;
      await batches.return();
      return { done: true, value: undefined };
    },
  };
}
