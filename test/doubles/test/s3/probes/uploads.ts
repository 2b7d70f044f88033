import { createHash } from 'node:crypto';
import type { Probe } from '../probe.ts';
import { outcome, outcomes, textOf, textsOf } from '../reading.ts';
import { etagOf, pathOf } from '../wire.ts';
import type { Answer, Wire } from '../wire.ts';

const MINIMUM = Buffer.alloc(5 * 1024 * 1024, 'a');

type Pairs = Readonly<Record<string, string>>;

export async function begin(
  wire: Wire,
  bucket: string,
  key: string,
  headers: Pairs = {},
): Promise<string> {
  const answer = await wire.must('POST', pathOf(bucket, key), { query: { uploads: '' }, headers });
  return textOf(answer, 'UploadId') ?? '';
}

export function part(
  wire: Wire,
  bucket: string,
  key: string,
  uploadId: string,
  partNumber: number,
  body: string | Buffer,
  headers: Pairs = {},
): Promise<Answer> {
  const query = { partNumber: `${partNumber}`, uploadId };
  return wire.send('PUT', pathOf(bucket, key), { query, body, headers });
}

export function complete(
  wire: Wire,
  bucket: string,
  key: string,
  uploadId: string,
  parts: readonly (readonly [number: number, etag: string, more?: string])[],
  headers: Pairs = {},
): Promise<Answer> {
  const written = parts.map(
    ([number, etag, more = '']) =>
      `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag>${more}</Part>`,
  );
  return wire.send('POST', pathOf(bucket, key), {
    query: { uploadId },
    body: `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${written.join('')}</CompleteMultipartUpload>`,
    headers,
  });
}

function abort(wire: Wire, bucket: string, key: string, uploadId: string): Promise<Answer> {
  return wire.send('DELETE', pathOf(bucket, key), { query: { uploadId } });
}

export function uploads(wire: Wire, bucket: string, query: Pairs = {}): Promise<Answer> {
  return wire.list(bucket, query, { uploads: '' });
}

function joinedEtag(...bodies: readonly (string | Buffer)[]): string {
  const hash = createHash('md5');
  for (const body of bodies) hash.update(createHash('md5').update(body).digest());
  return `"${hash.digest('hex')}-${bodies.length}"`;
}

/** Multipart uploads. */
export const uploadProbes: readonly Probe[] = [
  {
    name: 'an upload in parts, from its beginning to its end',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const id = await begin(wire, bucket, 'k', { 'content-type': 'text/x', 'x-amz-meta-m': '1' });
      const second = await part(wire, bucket, 'k', id, 7, 'tail');
      const first = await part(wire, bucket, 'k', id, 2, MINIMUM);
      const before = outcome(await wire.head(bucket, 'k'));
      const parts = await wire.get(bucket, 'k', {}, { uploadId: id });
      const etags = [first.headers.etag ?? '', second.headers.etag ?? ''] as const;
      const done = await complete(wire, bucket, 'k', id, [
        [2, etags[0]],
        [7, etags[1]],
      ]);
      const { headers } = await wire.head(bucket, 'k');
      const piece = await wire.get(bucket, 'k', {}, { partNumber: '2' });
      return {
        before,
        parts: [textsOf(parts, 'PartNumber'), textsOf(parts, 'Size'), textOf(parts, 'IsTruncated')],
        done: [
          done.status,
          textOf(done, 'ETag') === joinedEtag(MINIMUM, 'tail'),
          textOf(done, 'Key'),
        ],
        etag: headers.etag === joinedEtag(MINIMUM, 'tail'),
        length: headers['content-length'],
        kept: [headers['content-type'], headers['x-amz-meta-m']],
        piece: [piece.status, piece.text.slice(0, 9), piece.headers['x-amz-mp-parts-count']],
        pending: textsOf(await uploads(wire, bucket), 'UploadId').length,
        copy: textOf(
          await wire.send('PUT', pathOf(bucket, 'copy'), {
            headers: { 'x-amz-copy-source': `/${bucket}/k` },
          }),
          'ETag',
        )?.includes('-'),
      };
    },
    facts: {
      before: '404',
      parts: [['2', '7'], ['5242880', '4'], 'false'],
      done: [200, true, 'k'],
      etag: true,
      length: '5242884',
      kept: ['text/x', '1'],
      piece: [206, 'tail', '2'],
      pending: 0,
      copy: false,
    },
  },
  {
    name: 'what an upload refuses',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const id = await begin(wire, bucket, 'k');
      const tag = (await part(wire, bucket, 'k', id, 1, 'x')).headers.etag ?? '';
      const large = (await part(wire, bucket, 'k', id, 2, MINIMUM)).headers.etag ?? '';
      const finish = (parts: readonly (readonly [number, string])[]): Promise<Answer> =>
        complete(wire, bucket, 'k', id, parts);
      return outcomes({
        tooSmall: () =>
          finish([
            [1, tag],
            [2, large],
          ]),
        missingPart: () => finish([[3, tag]]),
        otherTag: () => finish([[1, etagOf('z')]]),
        disorder: () =>
          finish([
            [2, large],
            [1, tag],
          ]),
        noParts: () => finish([]),
        partZero: () => part(wire, bucket, 'k', id, 0, 'x'),
        partTooHigh: () => part(wire, bucket, 'k', id, 10_001, 'x'),
        otherKey: () => part(wire, bucket, 'other', id, 1, 'x'),
        otherUpload: () => part(wire, bucket, 'k', 'no', 1, 'x'),
        badMd5: () =>
          part(wire, bucket, 'k', id, 1, 'x', { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }),
        aborted: () => abort(wire, bucket, 'k', id),
        abortedAgain: () => abort(wire, bucket, 'k', id),
        afterwards: () => wire.get(bucket, 'k', {}, { uploadId: id }),
        object: () => wire.head(bucket, 'k'),
      });
    },
    facts: {
      tooSmall: '400 EntityTooSmall',
      missingPart: '400 InvalidPart',
      otherTag: '400 InvalidPart',
      disorder: '400 InvalidPartOrder',
      noParts: '400 MalformedXML',
      partZero: '400 InvalidArgument',
      partTooHigh: '400 InvalidArgument',
      otherKey: '404 NoSuchUpload',
      otherUpload: '404 NoSuchUpload',
      badMd5: '400 BadDigest',
      aborted: '204',
      abortedAgain: '404 NoSuchUpload',
      afterwards: '404 NoSuchUpload',
      object: '404',
    },
  },
  {
    name: 'parts by copying',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), ['0123456789']);
      const id = await begin(wire, bucket, 'k');
      const copy = (range?: string, source = '0123456789'): Promise<Answer> =>
        part(wire, bucket, 'k', id, 1, '', {
          'x-amz-copy-source': `/${bucket}/${source}`,
          ...(range === undefined ? {} : { 'x-amz-copy-source-range': range }),
        });
      const refused = await outcomes({
        open: () => copy('bytes=2-'),
        suffix: () => copy('bytes=-2'),
        backwards: () => copy('bytes=4-2'),
        past: () => copy('bytes=5-20'),
        beyond: () => copy('bytes=20-30'),
        missing: () => copy(undefined, 'no'),
      });
      const taken = await copy('bytes=2-4');
      const etag = textOf(taken, 'ETag') ?? '';
      return {
        ...refused,
        taken: [taken.status, etag],
        done: outcome(await complete(wire, bucket, 'k', id, [[1, etag]])),
        text: await wire.read(bucket, 'k'),
      };
    },
    facts: {
      taken: [200, etagOf('234')],
      open: '400 InvalidArgument',
      suffix: '400 InvalidArgument',
      backwards: '400 InvalidArgument',
      past: '400 InvalidArgument',
      beyond: '400 InvalidRequest',
      missing: '404 NoSuchKey',
      done: '200',
      text: '234',
    },
  },
  {
    name: 'conditions on completion',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const finish = async (
        headers: Pairs,
        meanwhile?: () => Promise<unknown>,
      ): Promise<string> => {
        const id = await begin(wire, bucket, 'k');
        const etag = (await part(wire, bucket, 'k', id, 1, 'x')).headers.etag ?? '';
        await meanwhile?.();
        return outcome(await complete(wire, bucket, 'k', id, [[1, etag]], headers));
      };
      const absent = { 'if-none-match': '*' };
      return {
        absent: await finish(absent),
        present: await finish(absent),
        mismatch: await finish({ 'if-match': etagOf('no') }),
        match: await finish({ 'if-match': joinedEtag('x') }),
        conflict: await finish(absent, () => wire.delete(bucket, 'k')),
        missing: await finish({ 'if-match': joinedEtag('x') }, () => wire.delete(bucket, 'k')),
      };
    },
    facts: {
      absent: '200',
      present: '412 PreconditionFailed',
      mismatch: '412 PreconditionFailed',
      match: '200',
      conflict: '409 ConditionalRequestConflict',
      missing: '404 NoSuchKey',
    },
  },
];
