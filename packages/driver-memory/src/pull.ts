import type { Many, OpOptions } from '@dunnage/driver-api';
import type { Session } from './session.ts';

/** Takes from `source` one at a time; an abort or a close ends it even while the source hangs. */
export async function* pull<T>(
  session: Session,
  op: string,
  source: Many<T>,
  options: OpOptions,
): AsyncGenerator<T, void, undefined> {
  session.check(op, options);
  if (!(Symbol.asyncIterator in source)) {
    for (const item of source) {
      session.check(op, options);
      yield item;
    }
    return;
  }
  const iterator = source[Symbol.asyncIterator]();
  let exhausted = false;
  try {
    for (;;) {
      const next = await session.wait(op, options, () => iterator.next());
      session.check(op, options);
      exhausted = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not awaited: a source that hangs would hold up the abort that it is ended by.
    if (!exhausted) void iterator.return?.().catch(() => undefined);
  }
}
