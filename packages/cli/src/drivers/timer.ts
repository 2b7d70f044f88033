/** Thrown by {@link within}. */
class TookTooLong extends Error {
  override readonly name: string = 'TookTooLong';
}

/**
 * `work`, or an error after `ms`. The timer is our own and keeps the process alive: a promise that nothing
 * will ever settle would otherwise end Node in silence (exit 13) instead of running into the limit.
 */
export async function within<T>(ms: number, work: () => Promise<T> | T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TookTooLong(`no answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([limit, (async () => work())()]);
  } finally {
    clearTimeout(timer);
  }
}
