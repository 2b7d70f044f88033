import { writeObject } from '../objects/write.ts';
import type { Call } from '../protocol/call.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Generation } from '../store/generation.ts';
import type { Service } from '../store/service.ts';
import { verifyChecksums } from './request.ts';
import type { UploadRequest } from './request.ts';

/** Writes what was uploaded, if nothing is against it. @throws GcsError 400, 403, 412 */
export function storeUpload(
  service: Service,
  bucket: Bucket,
  request: UploadRequest,
  data: Buffer,
  call: Call,
): Generation {
  verifyChecksums(data, request.checksums, call);
  return writeObject(service, bucket, request.name, { data, facts: request.facts }, call);
}
