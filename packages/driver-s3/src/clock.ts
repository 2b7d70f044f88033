import { unreadable } from './answer.ts';
import { S3Failure } from './failure.ts';
import type { Store } from './store.ts';

/**
 * The store's clock, in milliseconds since the epoch, by whole seconds. Every answer tells it, also one that
 * refuses to look at the bucket.
 */
export async function now(store: Store, signal: AbortSignal): Promise<number> {
  let date: string | undefined;
  try {
    const sent = await store.client.send({ method: 'HEAD' }, signal);
    sent.body.resume();
    date = sent.response.headers['date'];
    store.bucketSeen = true;
  } catch (error) {
    if (!(error instanceof S3Failure) || error.status !== 403) throw error;
    ({ date } = error);
  }
  const time = Date.parse(date ?? '');
  if (Number.isNaN(time)) throw unreadable(200, {}, 'it does not tell the time');
  return time;
}
