import type { Many } from '@dunnage/driver-api';
import type { Operation } from './operation.ts';

/** Takes from `source` one at a time; an abort or a close ends it even while the source hangs. */
export async function* pull<Item>(
  operation: Operation,
  source: Many<Item>,
): AsyncGenerator<Item, void, undefined> {
  operation.check();
  if (!(Symbol.asyncIterator in source)) {
    for (const item of source) {
      operation.check();
      yield item;
    }
    return;
  }
  const iterator = source[Symbol.asyncIterator]();
  let exhausted = false;
  try {
    for (;;) {
      const next = await operation.race(() => iterator.next());
      operation.check();
      exhausted = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not awaited: a source that hangs would hold up the abort that it is ended by.
    if (!exhausted) void iterator.return?.().catch(() => undefined);
  }
}
