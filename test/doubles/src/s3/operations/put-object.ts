import { checksumHeader, checksumOf } from '../checksums.ts';
import type { Checksum } from '../checksums.ts';
import type { ObjectVersion } from '../model/version.ts';
import type { Answer } from '../wire/answer.ts';
import type { ObjectCall } from './call.ts';
import { checkWriteConditions } from './conditions.ts';
import { etagOf } from './encryption.ts';
import { factsOf, writtenHeaders } from './facts.ts';
import { receive } from './receive.ts';

export function putObject(call: ObjectCall): Answer {
  const { bucket, key, nowMs } = call;
  const { bytes, checksum: claimed, vouched } = receive(call);
  const facts = factsOf(call, vouched);
  checkWriteConditions(call);
  const checksum: Checksum = { ...(claimed ?? defaultChecksum(bytes)), type: 'FULL_OBJECT' };
  const version: ObjectVersion = {
    kind: 'object',
    versionId: bucket.nextVersionId(),
    bytes,
    etag: etagOf(bucket, facts.encryption, bytes),
    modifiedMs: nowMs,
    checksum,
    parts: undefined,
    ...facts,
  };
  bucket.add(key, version);
  return {
    status: 200,
    headers: {
      etag: `"${version.etag}"`,
      [checksumHeader(checksum.algorithm)]: checksum.value,
      'x-amz-checksum-type': checksum.type,
      ...writtenHeaders(bucket, version),
    },
  };
}

/** S3 computes one by itself for what comes without. */
export function defaultChecksum(bytes: Buffer): Pick<Checksum, 'algorithm' | 'value'> {
  return { algorithm: 'CRC64NVME', value: checksumOf('CRC64NVME', bytes) };
}
