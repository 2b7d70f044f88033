import type { OpOptions, StorageDriver } from '@dunnage/driver-api';
import { relayBody } from './body.ts';
import { forward } from './forward.ts';
import { intercept } from './intercept.ts';
import { linkSignals } from './link.ts';

/** Every operation on the result also ends when `signal` aborts, whatever signal its call brings. */
export function withSignal(driver: StorageDriver, signal: AbortSignal): StorageDriver {
  return forward(driver, (inner) => ({
    ...intercept(inner, {
      async call(_, options, run) {
        using link = linkSignals(signal, options?.signal);
        return await run(signalled(options, link.signal));
      },
      pages: (_, options, run) =>
        linkedStream(signal, options?.signal, (joined) => run(signalled(options, joined))),
      feed: (_, requests, options, run) =>
        linkedStream(signal, options?.signal, (joined) =>
          run(requests, signalled(options, joined)),
        ),
    }),
    async get(key, options) {
      const link = linkSignals(signal, options?.signal);
      try {
        const result = await inner.get(key, { ...options, signal: link.signal });
        if (options?.signal === undefined) return result;
        const body = relayBody(result.body, {
          read: (next) => next(),
          done: () => link[Symbol.dispose](),
        });
        return { ...result, body };
      } catch (error) {
        link[Symbol.dispose]();
        throw error;
      }
    },
  }));
}

/** Most calls bring no signal of their own: then there is nothing to join, and no layer in the stream. */
function linkedStream<T>(
  signal: AbortSignal,
  own: AbortSignal | undefined,
  open: (joined: AbortSignal | undefined) => AsyncIterable<T>,
): AsyncIterable<T> {
  return own === undefined || own === signal ? open(signal) : joinedStream(signal, own, open);
}

async function* joinedStream<T>(
  signal: AbortSignal,
  own: AbortSignal,
  open: (joined: AbortSignal | undefined) => AsyncIterable<T>,
): AsyncIterable<T> {
  using link = linkSignals(signal, own);
  yield* open(link.signal);
}

/** `options` with another signal. */
export function signalled<Options extends OpOptions | undefined>(
  options: Options,
  signal: AbortSignal | undefined,
): Options {
  return { ...options, signal };
}
