/** Several signals as one, until it is disposed of. */
export interface Link extends Disposable {
  /** Aborts, with its reason, as soon as one of the signals does; absent when there are none. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Joins signals for the time of one operation.
 *
 * Not `AbortSignal.any`: there the long-lived signal of a run would hold on to what was derived from it,
 * one signal per request, until the garbage collector gets round to it. Here the listeners go when
 * the operation ends.
 */
export function linkSignals(...signals: readonly (AbortSignal | undefined)[]): Link {
  const given = [...new Set(signals.filter((signal) => signal !== undefined))];
  if (given.length < 2) return { signal: given[0], [Symbol.dispose]() {} };
  const controller = new AbortController();
  const abort = (event: Event): void => controller.abort((event.target as AbortSignal).reason);
  for (const signal of given) {
    if (signal.aborted) controller.abort(signal.reason);
    else signal.addEventListener('abort', abort, { once: true });
  }
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const signal of given) signal.removeEventListener('abort', abort);
    },
  };
}
