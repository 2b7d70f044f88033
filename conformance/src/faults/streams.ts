import type {
  DeleteOutcome,
  DeleteRequest,
  ErrorCode,
  GetResult,
  ListPage,
  Many,
} from '@dunnage/driver-api';
import { injected, type Call, type FaultVerb } from './fault.ts';
import type { Gate } from './gate.ts';

/** A listing, in which each page can go wrong. */
export async function* faultyPages<T>(
  gate: Gate,
  prefix: string,
  pages: AsyncIterable<ListPage<T>>,
): AsyncGenerator<ListPage<T>> {
  const iterator = pages[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { call, fault } = await gate.enter('list', prefix);
      if (fault?.kind === 'fail' && fault.when === 'before') throw injected(fault.code, call);
      const next = await iterator.next();
      if (fault?.kind === 'fail') throw injected(fault.code, call);
      if (next.done === true) return;
      const page = next.value;
      if (fault?.kind === 'cut') {
        const objects = page.objects.slice(0, page.objects.length >> 1);
        yield { objects, prefixes: page.prefixes, complete: false };
        return;
      }
      if (fault?.kind === 'repeat') {
        const again = { ...page, cursor: page.cursor ?? 'again', complete: false };
        do yield again;
        while (fault.times === 'forever');
      }
      yield page;
      if (page.complete) return;
    }
  } finally {
    await iterator.return?.();
  }
}

/** A content whose body breaks off in the middle. */
export function brokenOff(result: GetResult, code: ErrorCode, call: Call): GetResult {
  let left = result.info.size >> 1;
  const reader = result.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      const part = value?.subarray(0, left);
      if (part !== undefined && part.byteLength > 0) controller.enqueue(part);
      left -= part?.byteLength ?? 0;
      if (done || left <= 0) {
        await reader.cancel();
        controller.error(injected(code, call));
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { info: result.info, body };
}

/** A bulk verb, in which each request can fail; `failed` makes the outcome of one that does. */
export async function* faultyMany<Request, Outcome>(
  gate: Gate,
  verb: FaultVerb,
  requests: Many<Request>,
  keyOf: (of: Request | Outcome) => string,
  run: (requests: AsyncIterable<Request>) => AsyncIterable<Outcome>,
  failed: (request: Request, call: Call, code: ErrorCode, applied: 'no' | 'unknown') => Outcome,
): AsyncGenerator<Outcome> {
  const ready: Outcome[] = [];
  const lost = new Map<string, Outcome>();
  let broken: { readonly error: unknown } | undefined;
  // Requests that were let through are carried out even when a later one ends it all.
  async function* admitted(): AsyncGenerator<Request> {
    for await (const request of requests) {
      try {
        const { call, fault } = await gate.enter(verb, keyOf(request));
        if (fault?.kind !== 'fail') yield request;
        else if (fault.whole === true) {
          if (fault.when === 'after') yield request;
          broken = { error: injected(fault.code, call, 'unknown') };
          return;
        } else if (fault.when === 'before') ready.push(failed(request, call, fault.code, 'no'));
        else {
          lost.set(keyOf(request), failed(request, call, fault.code, 'unknown'));
          yield request;
        }
      } catch (error) {
        broken = { error };
        return;
      }
    }
  }
  for await (const outcome of run(admitted())) {
    yield lost.get(keyOf(outcome)) ?? outcome;
    yield* ready.splice(0);
  }
  yield* ready;
  if (broken !== undefined) throw broken.error;
}

/** The outcome of a delete that failed with `code`. */
export function failedDelete(
  request: DeleteRequest,
  call: Call,
  code: ErrorCode,
  applied: 'no' | 'unknown',
): DeleteOutcome {
  const error = injected(code, call, applied);
  if (applied === 'unknown') return { request, outcome: 'unknown', error };
  switch (code) {
    case 'LOCKED':
      return { request, outcome: 'locked', error };
    case 'PERMISSION_DENIED':
    case 'UNAUTHENTICATED':
      return { request, outcome: 'denied', error };
    case 'PRECONDITION_FAILED':
      return { request, outcome: 'precondition-failed', error };
    default:
      return { request, outcome: 'failed', error };
  }
}
