import { createHash } from 'node:crypto';
import { StorageError } from '@dunnage/driver-api';
import type { Part } from '@dunnage/driver-kit';
import type { Bucket } from '../bucket.ts';
import { DRIVER } from '../errors.ts';
import type { ObjectResource } from '../resource.ts';
import { insertRequest } from './insert.ts';
import { UploadSession } from './upload-session.ts';

/** Which object is written. */
export interface Target {
  readonly name: string;
  /** Only where the object has this generation; `0`: only where there is none. */
  readonly ifGenerationMatch: string | undefined;
}

/**
 * Writes an object of parts: one part in a single request, more in an upload session, which is given up when
 * something goes wrong, so that nothing of it is ever seen.
 * @returns the metadata of the new object, which is of the bytes that were sent
 */
export async function store(
  bucket: Bucket,
  target: Target,
  parts: AsyncIterable<Part>,
  signal: AbortSignal,
): Promise<ObjectResource> {
  const hash = createHash('md5');
  let session: UploadSession | undefined;
  let resource: ObjectResource = {};
  let sent = { size: 0, md5Hash: '' };
  try {
    for await (const { bytes, offset, last } of parts) {
      hash.update(bytes);
      if (!last) {
        session ??= await UploadSession.begin(bucket, target, signal);
        await session.send(bytes, offset, signal);
        continue;
      }
      sent = { size: offset + bytes.byteLength, md5Hash: hash.digest('base64') };
      if (session === undefined) {
        const { md5Hash } = sent;
        const request = insertRequest(bucket.paths, { ...target, content: bytes, md5Hash });
        resource = (await bucket.client.askJson(request, signal)) as ObjectResource;
      } else {
        resource = await session.finish(bytes, offset, sent.md5Hash, signal);
      }
    }
  } catch (error) {
    await session?.giveUp(signal);
    throw error;
  }
  session?.end();
  const { size, md5Hash = sent.md5Hash } = resource;
  if (Number(size) !== sent.size || md5Hash !== sent.md5Hash) {
    await takeBack(bucket, target, resource, signal);
  }
  return resource;
}

/** Deletes an object that is not what was sent: the store has not checked. @throws {StorageError} `CORRUPT` */
async function takeBack(
  { paths, client }: Bucket,
  { name }: Target,
  { generation }: ObjectResource,
  signal: AbortSignal,
): Promise<never> {
  if (typeof generation === 'string') {
    const path = paths.object(name, { ifGenerationMatch: generation });
    await client.ask({ method: 'DELETE', path, accepts: [404, 412] }, signal);
  }
  const message = `the store had other bytes than were sent to ${JSON.stringify(name)}, and they were deleted`;
  throw new StorageError({
    ...{ code: 'CORRUPT', op: 'put', driver: DRIVER, message, applied: 'unknown' },
  });
}
