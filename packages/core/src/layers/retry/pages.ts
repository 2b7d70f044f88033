import type { OpOptions } from '@dunnage/driver-api';
import type { Call } from '../intercept.ts';
import type { Retrier } from './retrier.ts';

/**
 * A listing that goes on after a failure: from the last page's cursor where it has one, from the start where
 * nothing was given yet. Otherwise the failure is the consumer's: to start over would repeat pages.
 */
export async function* resumingPages<Options extends OpOptions, Page>(
  retrier: Retrier,
  call: Call,
  given: Options | undefined,
  run: (options: Options | undefined) => AsyncIterable<Page>,
): AsyncIterable<Page> {
  let options = given;
  let resumable = true;
  let attempt = 0;
  for (;;) {
    try {
      for await (const page of run(options)) {
        retrier.budget.earn();
        attempt = 0;
        const cursor = cursorOf(page);
        resumable = cursor !== undefined;
        // The cast holds: a page that has a cursor comes of a verb that takes one.
        if (cursor !== undefined) options = { ...given, cursor } as unknown as Options;
        yield page;
      }
      return;
    } catch (error) {
      if (!resumable) throw error;
      attempt++;
      const admitted = retrier.admit(error, attempt);
      await retrier.pause(call, [{ error: admitted, attempt }], given?.signal);
    }
  }
}

function cursorOf(page: unknown): string | undefined {
  return (page as { readonly cursor?: string }).cursor;
}
