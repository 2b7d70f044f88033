import {
  hasCode,
  isStorageError,
  StorageError,
  type Capabilities,
  type DeleteOutcome,
  type DeleteRequest,
  type Many,
  type OpOptions,
} from '@dunnage/driver-api';
import pLimit from 'p-limit';
import type { FullDriver } from '../forward.ts';
import { iterate, tap } from '../many.ts';
import { judgeLostDelete } from './lost-delete.ts';
import { isRetriable, type Failure, type Retrier } from './retrier.ts';

/** Requests that wait for another attempt at most; then no new ones are taken until they are through. */
const WAITING_MAX = 10_000;
/** Objects looked at in parallel after an answer was lost. */
const LOOKS_IN_PARALLEL = 16;

interface Waiting {
  readonly request: DeleteRequest;
  readonly failure: Failure;
  /** The answer was lost: look before deleting again. */
  readonly lost: boolean;
  /** When its round began, by our own monotonic clock. */
  readonly sentAt: number;
}

/**
 * A delete of which failed requests are sent again, each for itself: those that the store refused as
 * they are, those whose answer was lost after a look at what is there now. A stream that breaks as a whole
 * leaves its unanswered requests in the second state.
 */
export class RetryingDelete {
  readonly #retrier: Retrier;
  readonly #inner: FullDriver;
  readonly #options: OpOptions | undefined;
  readonly #call = { op: 'delete' };

  constructor(retrier: Retrier, inner: FullDriver, options: OpOptions | undefined) {
    this.#retrier = retrier;
    this.#inner = inner;
    this.#options = options;
  }

  async *run(requests: Many<DeleteRequest>): AsyncIterable<DeleteOutcome> {
    const capabilities = await this.#ask('capabilities', () =>
      this.#inner.capabilities(this.#options),
    );
    const weight = 1 / capabilities.delete.batchMax;
    const source = new Source(requests);
    try {
      while (!source.ended) {
        let waiting: Waiting[] = [];
        const fresh = source.until(() => waiting.length >= WAITING_MAX);
        const counted = tap(fresh, () => this.#retrier.budget.earn(weight));
        yield* this.#round(counted, 1, weight, waiting, source);
        for (let attempt = 2; waiting.length > 0; attempt++) {
          const failures = waiting.map(({ failure }) => failure);
          await this.#retrier.pause(this.#call, failures, this.#options?.signal);
          const again: DeleteRequest[] = waiting.filter((it) => !it.lost).map((it) => it.request);
          yield* this.#lookAfter(
            waiting.filter((it) => it.lost),
            capabilities,
            again,
          );
          waiting = [];
          yield* this.#round(again, attempt, weight, waiting, source);
        }
      }
    } finally {
      await source.close();
    }
  }

  /** Sends requests once; what may be tried again ends up in `waiting`, the rest is given. */
  async *#round(
    requests: Many<DeleteRequest>,
    attempt: number,
    weight: number,
    waiting: Waiting[],
    source: Source,
  ): AsyncIterable<DeleteOutcome> {
    const sentAt = performance.now();
    const unanswered = new Unanswered();
    /** Puts a failed request among the waiting, or gives the error that it ends with. */
    const wait = (request: DeleteRequest, error: StorageError, lost: boolean): unknown => {
      try {
        const admitted = this.#retrier.admit(error, attempt, weight);
        waiting.push({ request, failure: { error: admitted, attempt }, lost, sentAt });
        return undefined;
      } catch (final) {
        return final;
      }
    };
    let broken: StorageError;
    try {
      const sent = tap(requests, (request) => unanswered.add(request));
      for await (const outcome of this.#inner.delete(sent, this.#options)) {
        unanswered.remove(outcome.request);
        if (outcome.outcome !== 'failed' && outcome.outcome !== 'unknown') {
          yield outcome;
          continue;
        }
        const lost = outcome.outcome === 'unknown' || outcome.error.applied === 'unknown';
        const final = wait(outcome.request, outcome.error, lost);
        if (isStorageError(final)) yield { ...outcome, error: final };
      }
      broken = this.#silence();
    } catch (error) {
      if (source.failed || !isRetriable(error)) throw error;
      broken = error;
    }
    for (const request of unanswered.requests()) {
      const final = wait(request, broken, true);
      if (isStorageError(final)) yield { request, outcome: 'unknown', error: final };
    }
  }

  /** Looks at what is there for each lost request; those to be sent again are added to `again`. */
  async *#lookAfter(
    lost: readonly Waiting[],
    capabilities: Capabilities,
    again: DeleteRequest[],
  ): AsyncIterable<DeleteOutcome> {
    if (lost.length === 0) return;
    const storeNow = await this.#ask('now', () => this.#inner.now(this.#options));
    const lead = storeNow - performance.now();
    const looks = await pLimit(LOOKS_IN_PARALLEL).map(lost, async (it) => {
      const { request, failure } = it;
      try {
        const { version } = request;
        const options = { ...this.#options, ...(version === undefined ? {} : { version }) };
        const found = await this.#ask('stat', () => this.#inner.stat(request.key, options));
        const sentAt = it.sentAt + lead;
        const verdict = judgeLostDelete({
          ...{ request, error: failure.error, found, sentAt, capabilities },
        });
        return { request, verdict };
      } catch (error) {
        if (!isStorageError(error) || hasCode(error, 'ABORTED')) throw error;
        return { request, verdict: { request, outcome: 'unknown', error } as const };
      }
    });
    for (const { request, verdict } of looks) {
      if (verdict === 'again') again.push(request);
      else yield verdict;
    }
  }

  #ask<T>(op: string, work: () => Promise<T>): Promise<T> {
    return this.#retrier.run({ op }, this.#options?.signal, work);
  }

  /** For requests without an outcome after a stream that ended well: no error is no confirmation. */
  #silence(): StorageError {
    return new StorageError({
      code: 'INCOMPLETE',
      op: 'delete',
      driver: this.#inner.name,
      applied: 'unknown',
      message: 'the driver gave no outcome for a delete request',
    });
  }
}

/** The caller's requests, taken in portions. */
class Source {
  ended = false;
  /** The requests themselves failed: that is not the store's doing. */
  failed = false;
  readonly #iterator: AsyncIterator<DeleteRequest> | Iterator<DeleteRequest>;

  constructor(requests: Many<DeleteRequest>) {
    this.#iterator = iterate(requests);
  }

  async *until(full: () => boolean): AsyncIterable<DeleteRequest> {
    while (!full()) {
      let next;
      try {
        next = await this.#iterator.next();
      } catch (error) {
        this.ended = this.failed = true;
        throw error;
      }
      if (next.done === true) {
        this.ended = true;
        return;
      }
      yield next.value;
    }
  }

  async close(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    await this.#iterator.return?.();
  }
}

/** Requests that were taken and have no outcome yet. A driver may give an outcome with a copy of its request. */
class Unanswered {
  readonly #requests = new Map<string, DeleteRequest[]>();

  add(request: DeleteRequest): void {
    const id = identify(request);
    const same = this.#requests.get(id);
    if (same === undefined) this.#requests.set(id, [request]);
    else same.push(request);
  }

  remove(request: DeleteRequest): void {
    const id = identify(request);
    const same = this.#requests.get(id);
    same?.pop();
    if (same?.length === 0) this.#requests.delete(id);
  }

  requests(): DeleteRequest[] {
    return [...this.#requests.values()].flat();
  }
}

/** Keys have no NUL. */
function identify({ key, version, ifMatch }: DeleteRequest): string {
  return `${key}\0${version ?? ''}\0${ifMatch ?? ''}`;
}
