/**
 * File-system work that runs in two ways from one source: a generator yields each file call, and a
 * runner carries it out, synchronously in a worker thread ({@link runSync}) or asynchronously
 * ({@link runAsync}). So both modes follow the same rules, and no rule is written twice.
 */
export type Io<T> = Generator<FileCall, T, unknown>;

/** One call, both ways. */
interface FileCall {
  readonly sync: () => unknown;
  readonly async: () => Promise<unknown>;
}

/** Makes one call of an {@link Io}. */
export function* call<T>(sync: () => T, async: () => Promise<T>): Io<T> {
  return (yield { sync, async }) as T;
}

/** Runs `io` to its end, blocking the thread. */
export function runSync<T>(io: Io<T>): T {
  let step = io.next();
  while (step.done !== true) {
    let value: unknown;
    try {
      value = step.value.sync();
    } catch (error) {
      step = io.throw(error);
      continue;
    }
    step = io.next(value);
  }
  return step.value;
}

/** Runs `io` to its end, one call after the other, on the thread pool of the process. */
export async function runAsync<T>(io: Io<T>): Promise<T> {
  let step = io.next();
  while (step.done !== true) {
    let value: unknown;
    try {
      value = await step.value.async();
    } catch (error) {
      step = io.throw(error);
      continue;
    }
    step = io.next(value);
  }
  return step.value;
}
