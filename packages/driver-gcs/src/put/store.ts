import { createHash } from 'node:crypto';
import type { Part } from '@dunnage/driver-kit';
import type { Bucket } from '../bucket.ts';
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
 * @returns the metadata of the new object
 */
export async function store(
  bucket: Bucket,
  target: Target,
  parts: AsyncIterable<Part>,
  signal: AbortSignal,
): Promise<ObjectResource> {
  const md5 = createHash('md5');
  let session: UploadSession | undefined;
  let resource: ObjectResource = {};
  try {
    for await (const { bytes, offset, last } of parts) {
      if (last && session === undefined) {
        const request = insertRequest(bucket.paths, { ...target, content: bytes });
        return (await bucket.client.askJson(request, signal)) as ObjectResource;
      }
      session ??= await UploadSession.begin(bucket, target, signal);
      md5.update(bytes);
      if (last) resource = await session.finish(bytes, offset, md5.digest('base64'), signal);
      else await session.send(bytes, offset, signal);
    }
  } catch (error) {
    await session?.giveUp(signal);
    throw error;
  }
  session?.end();
  return resource;
}
