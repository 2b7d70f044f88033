import type { Probe } from '../probe.ts';
import { outcome, outcomes, textOf } from '../reading.ts';
import { sha256, signedChunks } from '../sign.ts';
import { crc32Of, pathOf } from '../wire.ts';
import type { Answer, RequestParts, Wire } from '../wire.ts';

const CHUNKS = [Buffer.alloc(65_536, 'a'), Buffer.from('tail')];
const WHOLE = Buffer.concat(CHUNKS);

/** Unsigned chunks with a trailer, as SDKs send streams. */
function framed(chunks: readonly Buffer[], trailer: string): Buffer {
  const parts = chunks.flatMap((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}\r\n`),
    chunk,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...parts, Buffer.from(`0\r\n${trailer}\r\n\r\n`)]);
}

function putFramed(
  wire: Wire,
  path: string,
  parts: RequestParts,
  length = WHOLE.length,
): Promise<Answer> {
  return wire.send('PUT', path, {
    ...parts,
    headers: {
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': `${length}`,
      ...parts.headers,
    },
  });
}

/** Signature Version 4, and bodies in chunks. */
export const signingProbes: readonly Probe[] = [
  {
    name: 'who signs, when and what',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), ['k']);
      const { endpoint } = wire;
      const path = pathOf(bucket, 'k');
      const get = (parts: RequestParts): Promise<Answer> => wire.send('GET', path, parts);
      const wrong = await get({ signer: { ...endpoint, secretAccessKey: 'no' } });
      return {
        ...(await outcomes({
          nobody: () => get({ signer: null }),
          stranger: () => get({ signer: { ...endpoint, accessKeyId: 'AKIANOBODYKNOWSTHIS0' } }),
          otherToken: () => get({ signer: { ...endpoint, sessionToken: 'no' } }),
          early: () => get({ atMs: Date.now() - 16 * 60_000 }),
          late: () => get({ atMs: Date.now() + 16 * 60_000 }),
          inTime: () => get({ atMs: Date.now() - 14 * 60_000 }),
          tampered: () => get({ headers: { range: 'bytes=0-0' }, tamper: { range: 'bytes=0-9' } }),
          added: () => get({ tamper: { 'x-amz-expected-bucket-owner': '000000000000' } }),
          unsignedPayload: () =>
            wire.send('PUT', path, { body: 'x', payloadHash: 'UNSIGNED-PAYLOAD' }),
          otherPayload: () => wire.send('PUT', path, { body: 'x', payloadHash: sha256('y') }),
          noHash: () => wire.send('PUT', path, { body: 'x', payloadHash: 'nonsense' }),
          basic: () => get({ signer: null, headers: { authorization: 'Basic eDp5' } }),
          malformed: () => get({ tamper: { authorization: 'AWS4-HMAC-SHA256 Credential=x' } }),
        })),
        wrong: outcome(wrong),
        told: textOf(wrong, 'StringToSign') !== undefined,
      };
    },
    facts: {
      nobody: '403 AccessDenied',
      stranger: '403 InvalidAccessKeyId',
      otherToken: '400 InvalidToken',
      early: '403 RequestTimeTooSkewed',
      late: '403 RequestTimeTooSkewed',
      inTime: '200',
      tampered: '403 SignatureDoesNotMatch',
      added: '403 AccessDenied',
      unsignedPayload: '200',
      otherPayload: '400 XAmzContentSHA256Mismatch',
      noHash: '400 InvalidArgument',
      basic: '400 InvalidRequest',
      malformed: '400 AuthorizationHeaderMalformed',
      wrong: '403 SignatureDoesNotMatch',
      told: true,
    },
  },
  {
    name: 'signed chunks',
    run: async (wire) => {
      const path = pathOf(await wire.bucket(), 'k');
      const payloadHash = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
      const taken = await putFramed(wire, path, {
        payloadHash,
        frame: (seed) => signedChunks(CHUNKS, seed),
      });
      const changed = await putFramed(wire, path, {
        payloadHash,
        frame: (seed) => {
          const bytes = signedChunks(CHUNKS, seed);
          bytes.write('b', 200);
          return bytes;
        },
      });
      const { bytes, headers } = await wire.send('GET', path);
      return {
        taken: outcome(taken),
        changed: outcome(changed),
        same: bytes.equals(WHOLE),
        encoding: headers['content-encoding'],
      };
    },
    facts: { taken: '200', changed: '403 SignatureDoesNotMatch', same: true, encoding: undefined },
  },
  {
    name: 'signed chunks with a signed checksum behind them',
    run: async (wire) => {
      const path = pathOf(await wire.bucket(), 'k');
      const put = (sum: string, change = (bytes: Buffer) => bytes): Promise<Answer> =>
        putFramed(wire, path, {
          payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
          headers: { 'x-amz-trailer': 'x-amz-checksum-crc32' },
          frame: (seed) => change(signedChunks(CHUNKS, seed, `x-amz-checksum-crc32:${sum}`)),
        });
      const last = (bytes: Buffer): Buffer => {
        const at = bytes.lastIndexOf('x-amz-trailer-signature:') + 24;
        bytes.write('0'.repeat(64), at);
        return bytes;
      };
      return {
        ...(await outcomes({
          taken: () => put(crc32Of(WHOLE)),
          otherSum: () => put(crc32Of('x')),
          otherSignature: () => put(crc32Of(WHOLE), last),
        })),
        same: (await wire.send('GET', path)).bytes.equals(WHOLE),
      };
    },
    facts: {
      taken: '200',
      otherSum: '400 BadDigest',
      otherSignature: '403 SignatureDoesNotMatch',
      same: true,
    },
  },
  {
    name: 'unsigned chunks with a checksum behind them',
    run: async (wire) => {
      const path = pathOf(await wire.bucket(), 'k');
      const put = async (
        bytes: Buffer,
        length = WHOLE.length,
        trailer = 'x-amz-checksum-crc32',
      ): Promise<string> => {
        const parts = {
          payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
          headers: { 'x-amz-trailer': trailer },
          frame: () => bytes,
        };
        return outcome(await putFramed(wire, path, parts, length));
      };
      const good = `x-amz-checksum-crc32:${crc32Of(WHOLE)}`;
      const small = [Buffer.from('small'), Buffer.from('tail')];
      return {
        taken: await put(framed(CHUNKS, good)),
        same: (await wire.send('GET', path)).bytes.equals(WHOLE),
        otherSum: await put(framed(CHUNKS, `x-amz-checksum-crc32:${crc32Of(Buffer.from('x'))}`)),
        truncated: await put(framed(CHUNKS, good).subarray(0, 60_000)),
        otherLength: await put(framed(CHUNKS, good), WHOLE.length + 1),
        unannounced: await put(framed(CHUNKS, good), WHOLE.length, 'x-amz-checksum-sha256'),
        smallChunks: await put(
          framed(small, `x-amz-checksum-crc32:${crc32Of(Buffer.concat(small))}`),
          9,
        ),
      };
    },
    facts: {
      taken: '200',
      same: true,
      otherSum: '400 BadDigest',
      truncated: '400 IncompleteBody',
      otherLength: '400 IncompleteBody',
      unannounced: '400 MalformedTrailerError',
      smallChunks: '403 InvalidChunkSizeError',
    },
  },
];
