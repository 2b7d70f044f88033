import { GcsError, invalid, required } from '../errors.ts';
import type { Call } from '../protocol/call.ts';
import { crc32c, md5 } from '../store/checksums.ts';
import { checkObjectName } from '../store/names.ts';
import type { ObjectFacts } from '../store/generation.ts';
import { factsIn } from '../objects/facts.ts';

/** What a client says of an object that it uploads. */
export interface UploadRequest {
  readonly name: string;
  readonly facts: ObjectFacts;
  readonly checksums: Checksums;
}

interface Checksums {
  readonly md5Hash?: string;
  readonly crc32c?: string;
}

/**
 * Reads query and metadata of an upload; parameters win over metadata.
 * @throws GcsError 400
 */
export function uploadRequest(
  call: Call,
  metadata: Readonly<Record<string, unknown>>,
  mediaType: string | undefined,
): UploadRequest {
  const name = call.query.get('name') ?? metadata['name'];
  if (typeof name !== 'string' || name === '') throw required('name');
  checkObjectName(name);
  const encoding = call.query.get('contentEncoding');
  const facts = factsIn(metadata);
  return {
    name,
    facts: {
      ...(mediaType === undefined ? {} : { contentType: mediaType }),
      ...facts,
      ...(encoding === null ? {} : { contentEncoding: encoding }),
    },
    checksums: checksumsIn(metadata),
  };
}

/**
 * Compares the bytes with the checksums that came with them, in the metadata or in the header.
 * @throws GcsError 400
 */
export function verifyChecksums(data: Buffer, stated: Checksums, call: Call): void {
  for (const checksums of [stated, checksumsInHeader(call)]) {
    if (checksums.md5Hash !== undefined && checksums.md5Hash !== md5(data)) {
      throw invalid(
        `Provided MD5 hash "${checksums.md5Hash}" doesn't match calculated MD5 hash "${md5(data)}".`,
      );
    }
    if (checksums.crc32c !== undefined && checksums.crc32c !== crc32c(data)) {
      throw invalid(
        `Provided CRC32C "${checksums.crc32c}" doesn't match calculated CRC32C "${crc32c(data)}".`,
      );
    }
  }
}

function checksumsIn(metadata: Readonly<Record<string, unknown>>): Checksums {
  const { md5Hash, crc32c } = metadata;
  return {
    ...(md5Hash === undefined ? {} : { md5Hash: checksumIn(md5Hash, 16, 'MD5 hash') }),
    ...(crc32c === undefined ? {} : { crc32c: checksumIn(crc32c, 4, 'CRC32C') }),
  };
}

/** `x-goog-hash: crc32c=...,md5=...` */
function checksumsInHeader(call: Call): Checksums {
  const header = call.headers['x-goog-hash']?.toString() ?? '';
  const [, md5Hash] = /(?:^|[,\s])md5=([^,\s]+)/.exec(header) ?? [];
  const [, crc32c] = /(?:^|[,\s])crc32c=([^,\s]+)/.exec(header) ?? [];
  return {
    ...(md5Hash === undefined ? {} : { md5Hash }),
    ...(crc32c === undefined ? {} : { crc32c }),
  };
}

function checksumIn(value: unknown, bytes: number, what: string): string {
  if (typeof value === 'string' && Buffer.from(value, 'base64').length === bytes) return value;
  throw new GcsError(400, 'invalid', `Invalid ${what} value: ${String(value)}`);
}
