import { AssertionError } from 'node:assert';
import { setTimeout as delay } from 'node:timers/promises';

/** What `promise` gives; fails when it takes longer than `limitMs`. */
export async function within<T>(limitMs: number, what: string, promise: Promise<T>): Promise<T> {
  const waiting = new AbortController();
  const late = delay(limitMs, undefined, { signal: waiting.signal }).then(() => {
    throw new AssertionError({ message: `${what} does not end` });
  });
  // It loses the race when the wait is cancelled; nobody looks at it then.
  late.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    waiting.abort();
  }
}
