import { StorageError } from '@dunnage/driver-api';
import type { Key, ObjectInfo, PutOptions } from '@dunnage/driver-api';
import type { Bucket } from './bucket.ts';
import { DRIVER } from './errors.ts';
import { HttpFailure } from './http/failure.ts';
import { lookUp } from './read.ts';
import { INFO_FIELDS, infoOf, Malformed } from './resource.ts';
import type { ObjectResource } from './resource.ts';
import { conditionOf, orExisting } from './write.ts';

/** Copies within the bucket; the bytes stay where they are. */
export async function copy(
  bucket: Bucket,
  from: Key,
  to: Key,
  options: PutOptions = {},
): Promise<ObjectInfo> {
  return transfer(bucket, 'copy', from, to, options, async (source, condition, signal) =>
    source.key === to && condition === undefined
      ? source
      : rewrite(bucket, { from: source, to, ifGenerationMatch: condition }, signal),
  );
}

/** What copy and move have in common: checks before, and errors after. */
export async function transfer(
  bucket: Bucket,
  op: 'copy' | 'move',
  from: Key,
  to: Key,
  options: PutOptions,
  work: (source: Source, condition: string | undefined, signal: AbortSignal) => Promise<ObjectInfo>,
): Promise<ObjectInfo> {
  bucket.session.checkKey(op, from);
  bucket.session.checkKey(op, to);
  using operation = bucket.session.begin(op, options, from);
  try {
    const condition = await conditionOf(bucket, op, to, options, operation.signal);
    const source = await lookUp(bucket, from, undefined, operation.signal);
    if (source === undefined) throw new HttpFailure(404, 'notFound', 'no such object', {});
    checkPromise(op, source, options);
    return await work(source, condition, operation.signal);
  } catch (error) {
    throw orExisting(operation.error(error), options);
  }
}

/** An object that is there, of which the generation is known. */
export type Source = ObjectInfo & { readonly version: string };

/** What is rewritten. */
export interface Rewriting {
  readonly from: Source;
  readonly to: Key;
  readonly ifGenerationMatch: string | undefined;
}

/** Makes `to` a copy of exactly this generation of `from`, in as many steps as the store wants. */
export async function rewrite(
  bucket: Bucket,
  { from, to, ifGenerationMatch }: Rewriting,
  signal: AbortSignal,
): Promise<ObjectInfo> {
  const query = {
    ...{ sourceGeneration: from.version, ifGenerationMatch },
    fields: `done,rewriteToken,resource(${INFO_FIELDS})`,
  };
  for (let rewriteToken: string | undefined; ;) {
    const path = bucket.paths.rewrite(bucket.nameOf(from.key), bucket.nameOf(to), {
      ...{ ...query, rewriteToken },
    });
    const answer = (await bucket.client.askJson({ method: 'POST', path }, signal)) as {
      readonly done?: unknown;
      readonly rewriteToken?: unknown;
      readonly resource?: ObjectResource;
    };
    if (answer.done === true && answer.resource !== undefined) return infoOf(to, answer.resource);
    const { rewriteToken: next } = answer;
    // The token is the same from step to step; what counts is that there is one.
    if (typeof next !== 'string') throw new Malformed('the copy is not done and does not go on');
    rewriteToken = next;
  }
}

/** @throws {StorageError} `CORRUPT` where the source is not what was promised, `UNSUPPORTED` */
function checkPromise(op: string, source: Source, { size, checksum }: PutOptions): void {
  const about = { op, driver: DRIVER, key: source.key };
  if (checksum?.algorithm === 'sha256') {
    const message =
      'Google Cloud Storage knows no SHA-256 of what it holds, so a copy is not checked by it';
    throw new StorageError({ ...about, code: 'UNSUPPORTED', message });
  }
  const wrongSize = size !== undefined && size !== source.size;
  const known = checksum === undefined ? undefined : source.checksums?.[checksum.algorithm];
  if (!wrongSize && known === checksum?.value) return;
  const message = `${JSON.stringify(source.key)} does not have the size or hash that was promised; nothing was written`;
  throw new StorageError({ ...about, code: 'CORRUPT', message });
}
