import type {
  DeleteOutcome,
  DeleteRequest,
  GetResult,
  ListPage,
  Many,
  StorageError,
} from '@dunnage/driver-api';
import { injected, type Call, type Fault, type FaultVerb } from './fault.ts';
import type { Gate } from './gate.ts';

type Failure = Extract<Fault, { kind: 'fail' }>;

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
      if (fault?.kind === 'fail' && fault.when === 'before') throw injected(fault, call);
      const next = await iterator.next();
      if (fault?.kind === 'fail') throw injected(fault, call);
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
export function brokenOff(result: GetResult, fault: Failure, call: Call): GetResult {
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
        controller.error(injected(fault, call));
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
  failed: (request: Request, error: StorageError) => Outcome,
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
          broken = { error: injected(fault, call, 'unknown') };
          return;
        } else if (fault.when === 'before') ready.push(failed(request, injected(fault, call)));
        else {
          lost.set(keyOf(request), failed(request, injected(fault, call, 'unknown')));
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

/** The outcome of a delete that failed. */
export function failedDelete(request: DeleteRequest, error: StorageError): DeleteOutcome {
  if (error.applied === 'unknown') return { request, outcome: 'unknown', error };
  switch (error.code) {
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
