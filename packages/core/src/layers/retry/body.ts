import { hasCode, type GetOptions, type GetResult } from '@dunnage/driver-api';
import type { FullDriver } from '../forward.ts';
import type { Retrier } from './retrier.ts';

/**
 * A `get` that is tried again before its body starts, and whose body goes on where it broke: the rest is
 * fetched by range, on the condition that the object is still the same. Without such a condition
 * (no etag, no `read.ifMatch`, and no version was named) a broken body fails as it did.
 */
export async function resumingGet(
  retrier: Retrier,
  inner: FullDriver,
  key: Parameters<FullDriver['get']>[0],
  options: GetOptions | undefined,
): Promise<GetResult> {
  const call = { op: 'get', key };
  const { signal } = options ?? {};
  const open = (given: GetOptions | undefined): Promise<GetResult> =>
    retrier.run(call, signal, () => inner.get(key, given));

  const first = await open(options);
  const { info } = first;
  let reader = first.body.getReader();
  let position = options?.range?.start ?? 0;
  const end = Math.min(options?.range?.end ?? info.size, info.size);
  let attempt = 0;

  const condition = async (): Promise<GetOptions | undefined> => {
    if (options?.version !== undefined) return options;
    if (info.etag === undefined) return undefined;
    const { read } = await inner.capabilities(options);
    return read.ifMatch ? { ...options, ifMatch: info.etag } : undefined;
  };

  const reopen = async (error: unknown): Promise<void> => {
    attempt++;
    // Nothing is left to fetch, so it is what came that is wrong.
    if (position >= end) throw error;
    const pinned = await condition();
    if (pinned === undefined) throw error;
    const admitted = retrier.admit(error, attempt);
    await retrier.pause(call, [{ error: admitted, attempt }], signal);
    try {
      const rest = await open({ ...pinned, range: { start: position, end } });
      reader = rest.body.getReader();
    } catch (failure) {
      // The condition was ours: the caller is told of what happened to its read.
      const ours = hasCode(failure, 'PRECONDITION_FAILED') && options?.ifMatch === undefined;
      throw ours ? error : failure;
    }
  };

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          try {
            const { done, value } = await reader.read();
            if (done) return controller.close();
            position += value.byteLength;
            // An empty chunk is no progress.
            if (value.byteLength > 0) attempt = 0;
            return controller.enqueue(value);
          } catch (error) {
            await reopen(error);
          }
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return { ...first, body };
}
