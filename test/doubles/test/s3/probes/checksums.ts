import { createHash } from 'node:crypto';
import type { Probe } from '../probe.ts';
import { outcome, outcomes, textOf } from '../reading.ts';
import { crc32Of, pathOf } from '../wire.ts';
import type { Answer, Wire } from '../wire.ts';
import { begin, complete, part } from './uploads.ts';

const DIGITS = '123456789';
/** The check values of the catalogues. */
const SUMS = {
  CRC32: 'y/Q5Jg==',
  CRC32C: '4waSgw==',
  CRC64NVME: 'rosUhgp5mIg=',
  SHA1: createHash('sha1').update(DIGITS).digest('base64'),
  SHA256: createHash('sha256').update(DIGITS).digest('base64'),
};
const ENABLED = { 'x-amz-checksum-mode': 'ENABLED' };

/** An upload of one part, whose completion may name its checksum. */
async function uploadOne(
  wire: Wire,
  bucket: string,
  headers: Readonly<Record<string, string>>,
  named?: string,
): Promise<Answer> {
  const id = await begin(wire, bucket, 'k', headers);
  const sum = { 'x-amz-checksum-crc32': SUMS.CRC32 };
  const chosen = 'x-amz-checksum-algorithm' in headers;
  const sent = await part(wire, bucket, 'k', id, 1, DIGITS, chosen ? sum : {});
  const element = named === undefined ? '' : `<ChecksumCRC32>${named}</ChecksumCRC32>`;
  return complete(wire, bucket, 'k', id, [[1, sent.headers.etag ?? '', element]]);
}

/** Checksums of all kinds, and reads by part. */
export const checksumProbes: readonly Probe[] = [
  {
    name: 'every algorithm is known by its value',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const told: Record<string, unknown> = {};
      for (const [algorithm, sum] of Object.entries(SUMS)) {
        const header = `x-amz-checksum-${algorithm.toLowerCase()}`;
        const put = await wire.put(bucket, 'k', DIGITS, { [header]: sum });
        const got = await wire.get(bucket, 'k', ENABLED);
        told[algorithm] = [outcome(put), got.headers[header] === sum];
      }
      return told;
    },
    facts: {
      CRC32: ['200', true],
      CRC32C: ['200', true],
      CRC64NVME: ['200', true],
      SHA1: ['200', true],
      SHA256: ['200', true],
    },
  },
  {
    name: 'checksums of uploads: of the parts, or of the whole',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const sum = crc32Of(DIGITS);
      const composite = `${crc32Of(Buffer.from(sum, 'base64'))}-1`;
      const chosen = { 'x-amz-checksum-algorithm': 'CRC32' };
      const whole = { ...chosen, 'x-amz-checksum-type': 'FULL_OBJECT' };
      const ofParts = await uploadOne(wire, bucket, chosen, sum);
      const read = await wire.get(bucket, 'k', ENABLED);
      const piece = await wire.get(bucket, 'k', ENABLED, { partNumber: '1' });
      const ofWhole = await uploadOne(wire, bucket, whole, sum);
      const byDefault = await uploadOne(wire, bucket, {});
      return {
        composite: textOf(ofParts, 'ChecksumCRC32') === composite,
        type: textOf(ofParts, 'ChecksumType'),
        read: read.headers['x-amz-checksum-crc32'] === composite,
        piece: piece.headers['x-amz-checksum-crc32'] === sum,
        whole: [textOf(ofWhole, 'ChecksumCRC32') === sum, textOf(ofWhole, 'ChecksumType')],
        byDefault: [textOf(byDefault, 'ChecksumCRC64NVME'), textOf(byDefault, 'ChecksumType')],
        ...(await outcomes({
          unnamed: () => uploadOne(wire, bucket, chosen),
          unnamedWhole: () => uploadOne(wire, bucket, whole),
          otherSum: () => uploadOne(wire, bucket, chosen, crc32Of('other')),
          unasked: () => uploadOne(wire, bucket, {}, sum),
        })),
      };
    },
    facts: {
      composite: true,
      type: 'COMPOSITE',
      read: true,
      piece: true,
      whole: [true, 'FULL_OBJECT'],
      byDefault: ['rosUhgp5mIg=', 'FULL_OBJECT'],
      unnamed: '400 InvalidRequest',
      unnamedWhole: '200',
      otherSum: '400 InvalidPart',
      unasked: '400 InvalidPart',
    },
  },
  {
    name: 'checksums that do not go together',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const start = (headers: Readonly<Record<string, string>>): Promise<Answer> =>
        wire.send('POST', pathOf(bucket, 'k'), { query: { uploads: '' }, headers });
      const algorithm = (name: string, type?: string): Promise<Answer> =>
        start({
          'x-amz-checksum-algorithm': name,
          ...(type === undefined ? {} : { 'x-amz-checksum-type': type }),
        });
      const id = await begin(wire, bucket, 'k', { 'x-amz-checksum-algorithm': 'CRC32' });
      return outcomes({
        unknown: () => algorithm('CRC16'),
        typeAlone: () => start({ 'x-amz-checksum-type': 'COMPOSITE' }),
        wholeSha1: () => algorithm('SHA1', 'FULL_OBJECT'),
        compositeCrc64: () => algorithm('CRC64NVME', 'COMPOSITE'),
        otherAlgorithm: () =>
          part(wire, bucket, 'k', id, 1, DIGITS, { 'x-amz-checksum-sha1': SUMS.SHA1 }),
      });
    },
    facts: {
      unknown: '400 InvalidRequest',
      typeAlone: '400 InvalidRequest',
      wholeSha1: '400 InvalidRequest',
      compositeCrc64: '400 InvalidRequest',
      otherAlgorithm: '400 InvalidRequest',
    },
  },
  {
    name: 'reads by part',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), ['k']);
      const whole = await wire.get(bucket, 'k', {}, { partNumber: '1' });
      return {
        whole: [whole.status, whole.headers['content-range'], whole.text.slice(0, 1)],
        ...(await outcomes({
          second: () => wire.get(bucket, 'k', {}, { partNumber: '2' }),
          withRange: () => wire.get(bucket, 'k', { range: 'bytes=0-0' }, { partNumber: '1' }),
        })),
      };
    },
    facts: {
      whole: [206, 'bytes 0-0/1', 'k'],
      second: '416 InvalidPartNumber',
      withRange: '400 InvalidRequest',
    },
  },
];
