import { createHash, randomUUID } from 'node:crypto';
import { parseKey } from '@dunnage/driver-api';
import { askBatch } from './batch/ask.ts';
import { MOST_CALLS } from './batch/encode.ts';
import type { Bucket } from './bucket.ts';
import type { Request } from './client.ts';
import { HttpFailure } from './http/failure.ts';
import { insertRequest } from './put/insert.ts';
import type { ObjectResource } from './resource.ts';

/** What the store behind an endpoint can do. */
export interface Features {
  /** Deletes in a request; 1 where batches are not to be relied on. */
  readonly batchMax: number;
  /** Where `ifGenerationMatch` is honoured, by what it is asked with. */
  readonly conditions: Conditions;
}

interface Conditions {
  readonly put: boolean;
  readonly read: boolean;
  readonly delete: boolean;
}

const ALL: Conditions = { put: true, read: true, delete: true };
const NONE: Conditions = { put: false, read: false, delete: false };

/** No object ever has this generation. */
const NO_GENERATION = 1;

/** Finds out what the store can do. Google's own is known; others are tried, as far as that does no harm. */
export async function readFeatures(bucket: Bucket, signal: AbortSignal): Promise<Features> {
  const { google, readOnly } = bucket.config;
  if (google) return { batchMax: MOST_CALLS, conditions: ALL };
  const batches = await answersBatches(bucket, signal);
  // Where a policy keeps objects, a scratch object could not be deleted again.
  const mayWrite = !readOnly && (await bucket.settings(signal)).retention !== 'possible';
  return {
    batchMax: batches ? MOST_CALLS : 1,
    conditions: mayWrite ? await tryConditions(bucket, signal) : NONE,
  };
}

/** Whether a batch of two questions gets two answers that say to which they belong. Changes nothing. */
async function answersBatches(bucket: Bucket, signal: AbortSignal): Promise<boolean> {
  const calls = [1, 2].map((maxResults) => ({
    method: 'GET' as const,
    path: bucket.paths.list({ maxResults, fields: 'kind' }),
  }));
  try {
    const answers = await askBatch(bucket.client, calls, signal);
    return answers.every((answer) => answer?.status === 200);
  } catch (error) {
    if (error instanceof HttpFailure && [400, 404, 405, 501].includes(error.status)) return false;
    throw error;
  }
}

/** Tries conditions on an object of our own, which is gone afterwards. */
async function tryConditions(bucket: Bucket, signal: AbortSignal): Promise<Conditions> {
  const name = bucket.nameOf(parseKey(`dunnage/probe-${randomUUID()}`));
  const { client, paths } = bucket;
  const content = Buffer.from('probe');
  const md5Hash = createHash('md5').update(content).digest('base64');
  const put = (ifGenerationMatch: number): Request =>
    insertRequest(paths, { name, content, md5Hash, ifGenerationMatch });
  const refuses = async (request: Request): Promise<boolean> =>
    (await client.ask({ ...request, accepts: [412] }, signal)).status === 412;
  const other = { ifGenerationMatch: NO_GENERATION };
  let generation: string | undefined;
  try {
    const { generation: made } = (await client.askJson(put(0), signal)) as ObjectResource;
    if (typeof made === 'string') generation = made;
    return {
      put: (await refuses(put(0))) && (await refuses(put(NO_GENERATION))),
      read: await refuses({ method: 'GET', path: paths.media(name, other) }),
      delete: await refuses({ method: 'DELETE', path: paths.object(name, other) }),
    };
  } catch (error) {
    // Who may not write finds out nothing, and has no use for it.
    if (error instanceof HttpFailure && error.status === 403) return NONE;
    throw error;
  } finally {
    // By its generation, so that no version of it stays.
    const path = paths.object(name, { generation });
    await client.ask({ method: 'DELETE', path, accepts: [403, 404] }, signal);
  }
}
