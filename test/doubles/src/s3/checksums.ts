import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc32c } from './crc32c.ts';
import { crc64nvme } from './crc64nvme.ts';

export const ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof ALGORITHMS)[number];
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** A checksum as S3 keeps it with an object. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  /** Base64, with `-PARTS` at its end if composite. */
  readonly value: string;
}

/** The name of the header that carries a checksum: `x-amz-checksum-crc32`. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The name of the element: `ChecksumCRC32`. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

/** Base64, as S3 carries checksums. */
export function checksumOf(algorithm: ChecksumAlgorithm, bytes: Buffer): string {
  return RAW[algorithm](bytes).toString('base64');
}

/** The checksum of the parts' checksums. @param values those of the parts, base64 */
export function compositeChecksum(algorithm: ChecksumAlgorithm, values: readonly string[]): string {
  const joined = Buffer.concat(values.map((value) => Buffer.from(value, 'base64')));
  return `${checksumOf(algorithm, joined)}-${values.length}`;
}

/** Whether this is base64 of as many bytes as the algorithm gives. */
export function isChecksum(algorithm: ChecksumAlgorithm, value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.toString('base64') === value && bytes.length === LENGTHS[algorithm];
}

const LENGTHS: Record<ChecksumAlgorithm, number> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

const RAW: Record<ChecksumAlgorithm, (bytes: Buffer) => Buffer> = {
  CRC32: (bytes) => uint32(crc32(bytes)),
  CRC32C: (bytes) => uint32(crc32c(bytes)),
  CRC64NVME: crc64nvme,
  SHA1: (bytes) => createHash('sha1').update(bytes).digest(),
  SHA256: (bytes) => createHash('sha256').update(bytes).digest(),
};

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

export function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}
