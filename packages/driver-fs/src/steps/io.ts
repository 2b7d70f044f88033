/**
 * File-system work that runs in two ways from one source: a generator makes its file calls through
 * {@link call}, on the spot where it may block ({@link runSync}, in a worker thread), else by yielding
 * them to a runner that waits ({@link runAsync}). So both modes follow the same rules, and no rule is
 * written twice.
 */
export type Io<T> = Generator<FileCall, T, unknown>;

/** A call to be waited for. */
interface FileCall {
  readonly async: () => Promise<unknown>;
}

/** True while {@link runSync} runs an {@link Io}: its calls are then made on the spot. */
let blocking = false;

/** Makes one call of an {@link Io}. */
export function* call<T>(sync: () => T, async: () => Promise<T>): Io<T> {
  // Going down to the runner and up again for each call would double what the generators cost.
  if (blocking) return sync();
  return (yield { async }) as T;
}

/** Runs `io` to its end, blocking the thread. */
export function runSync<T>(io: Io<T>): T {
  blocking = true;
  try {
    const step = io.next();
    if (step.done === true) return step.value;
    throw new TypeError('a call was not made through `call`');
  } finally {
    blocking = false;
  }
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
