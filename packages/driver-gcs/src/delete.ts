import { isStorageError } from '@dunnage/driver-api';
import type { DeleteOutcome, DeleteRequest, Many, OpOptions } from '@dunnage/driver-api';
import { inBatches } from '@dunnage/driver-kit';
import type { Operation } from '@dunnage/driver-kit';
import { askBatch } from './batch/ask.ts';
import type { Call } from './batch/encode.ts';
import type { PartAnswer } from './batch/parse.ts';
import type { Bucket } from './bucket.ts';
import type { Features } from './features.ts';
import { failureOf } from './http/failure.ts';
import { failedOutcome, goneOutcome } from './outcomes.ts';
import { noSuchEtag } from './read.ts';
import { isGeneration, Malformed } from './resource.ts';
import type { BucketSettings } from './settings.ts';

/** Batches in flight at most. Whoever wants more of them calls `delete` more than once. */
const PARALLEL_BATCHES = 4;

/** Deletes objects, a batch at a time where the store has batches, else one by one, several at a time. */
export async function* deleteObjects(
  bucket: Bucket,
  requests: Many<DeleteRequest>,
  options?: OpOptions,
): AsyncGenerator<DeleteOutcome, void, undefined> {
  using operation = bucket.session.begin('delete', options);
  try {
    const settings = await bucket.settings(operation.signal);
    const features = await bucket.features(operation.signal);
    const { batchMax } = features;
    const parallel = batchMax === 1 ? bucket.config.concurrency : PARALLEL_BATCHES;
    const deleter = new Deleter(bucket, operation, settings, features);
    yield* inBatches(operation, requests, { size: () => batchMax, parallel }, async (batch) =>
      deleter.run(batch),
    );
  } catch (error) {
    throw operation.error(error);
  }
}

class Deleter {
  readonly #bucket: Bucket;
  readonly #operation: Operation;
  readonly #settings: BucketSettings;
  readonly #features: Features;

  constructor(bucket: Bucket, operation: Operation, settings: BucketSettings, features: Features) {
    this.#bucket = bucket;
    this.#operation = operation;
    this.#settings = settings;
    this.#features = features;
  }

  async run(batch: readonly DeleteRequest[]): Promise<DeleteOutcome[]> {
    const outcomes: DeleteOutcome[] = [];
    // Calls of a batch run side by side: several for one object go one after the other.
    const waves: DeleteRequest[][] = [];
    const seen = new Map<string, number>();
    for (const request of batch) {
      const refused = this.#refuse(request);
      if (refused !== undefined) {
        outcomes.push(refused);
        continue;
      }
      const nth = seen.get(request.key) ?? 0;
      seen.set(request.key, nth + 1);
      (waves[nth] ??= []).push(request);
    }
    for (const wave of waves) outcomes.push(...(await this.#send(wave)));
    return outcomes;
  }

  /** What can be said of a request without asking the store. */
  #refuse(request: DeleteRequest): DeleteOutcome | undefined {
    const { key, version, ifMatch } = request;
    const { session } = this.#bucket;
    try {
      session.checkKey('delete', key);
      const { delete: honoured } = this.#features.conditions;
      session.require('delete', honoured, version, 'deleting a version');
      session.require('delete', honoured, ifMatch, 'ifMatch on delete');
      if (ifMatch !== undefined && !isGeneration(ifMatch))
        throw noSuchEtag(this.#bucket, 'delete', key);
    } catch (error) {
      if (!isStorageError(error)) throw error;
      return failedOutcome(request, error);
    }
    if (version === undefined || isGeneration(version)) return undefined;
    return { request, outcome: 'missing' };
  }

  async #send(requests: readonly DeleteRequest[]): Promise<DeleteOutcome[]> {
    const answers = await this.#ask(requests);
    return Promise.all(requests.map(async (request, at) => this.#judge(request, answers[at])));
  }

  /** The store's answer to each request, or what came in its place. */
  async #ask(requests: readonly DeleteRequest[]): Promise<(PartAnswer | Error | undefined)[]> {
    const { client } = this.#bucket;
    const { signal } = this.#operation;
    const calls = requests.map((request) => this.#callOf(request));
    try {
      if (this.#features.batchMax > 1) return await askBatch(client, calls, signal);
      const [call] = calls;
      return call === undefined ? [] : [await client.ask({ ...call, accepts: [404] }, signal)];
    } catch (error) {
      this.#operation.check();
      const failure = error instanceof Error ? error : new Error(String(error));
      return requests.map(() => failure);
    }
  }

  #callOf({ key, version, ifMatch }: DeleteRequest): Call {
    const query = { generation: version, ifGenerationMatch: ifMatch };
    return { method: 'DELETE', path: this.#bucket.paths.object(this.#bucket.nameOf(key), query) };
  }

  async #judge(
    request: DeleteRequest,
    answer: PartAnswer | Error | undefined,
  ): Promise<DeleteOutcome> {
    if (answer === undefined) {
      return this.#failed(request, new Malformed('it says nothing of this object'));
    }
    if (answer instanceof Error) return this.#failed(request, answer);
    const { status, headers, body } = answer;
    if (status === 204 || status === 200) return goneOutcome(request, this.#settings);
    const failure = failureOf(status, headers, body);
    try {
      const missing = await this.#bucket.isMissing(failure, this.#operation.signal);
      return missing ? { request, outcome: 'missing' } : this.#failed(request, failure);
    } catch (error) {
      this.#operation.check();
      return this.#failed(request, error);
    }
  }

  #failed(request: DeleteRequest, error: unknown): DeleteOutcome {
    const { session } = this.#bucket;
    return failedOutcome(request, session.toStorageError(error, 'delete', request.key));
  }
}
