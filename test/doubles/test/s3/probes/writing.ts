import { createHash } from 'node:crypto';
import type { Probe } from '../probe.ts';
import { outcome, outcomes, textOf } from '../reading.ts';
import { crc32Of, etagOf, md5Of, pathOf } from '../wire.ts';

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** PutObject and CopyObject. */
export const writingProbes: readonly Probe[] = [
  {
    name: 'Content-MD5 and checksums are verified',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const put = (headers: Readonly<Record<string, string>>): Promise<string> =>
        wire.put(bucket, 'k', 'body', headers).then(outcome);
      return {
        md5: await put(md5Of('body')),
        otherMd5: await put(md5Of('other')),
        noMd5: await put({ 'content-md5': 'nonsense' }),
        crc32: await put({ 'x-amz-checksum-crc32': crc32Of('body') }),
        otherCrc32: await put({ 'x-amz-checksum-crc32': crc32Of('other') }),
        noCrc32: await put({ 'x-amz-checksum-crc32': 'nonsense' }),
        sha256: await put({ 'x-amz-checksum-sha256': sha256Of('body') }),
        otherSha256: await put({ 'x-amz-checksum-sha256': sha256Of('other') }),
        two: await put({
          'x-amz-checksum-sha256': sha256Of('body'),
          'x-amz-checksum-crc32': crc32Of('body'),
        }),
        announced: await put({ 'x-amz-sdk-checksum-algorithm': 'CRC32' }),
        kept: await wire.read(bucket, 'k'),
      };
    },
    facts: {
      md5: '200',
      otherMd5: '400 BadDigest',
      noMd5: '400 InvalidDigest',
      crc32: '200',
      otherCrc32: '400 BadDigest',
      noCrc32: '400 InvalidRequest',
      sha256: '200',
      otherSha256: '400 BadDigest',
      two: '400 InvalidRequest',
      announced: '400 InvalidRequest',
      kept: 'body',
    },
  },
  {
    name: 'checksums are kept and told on demand',
    run: async (wire) => {
      const bucket = await wire.bucket();
      await wire.put(bucket, 'crc', 'body', { 'x-amz-checksum-crc32': crc32Of('body') });
      const put = await wire.put(bucket, 'none', '123456789');
      const enabled = { 'x-amz-checksum-mode': 'ENABLED' };
      const part = await wire.get(bucket, 'crc', { ...enabled, range: 'bytes=0-1' });
      return {
        crc32: (await wire.get(bucket, 'crc', enabled)).headers['x-amz-checksum-crc32'],
        unasked: (await wire.get(bucket, 'crc')).headers['x-amz-checksum-crc32'],
        ofRange: part.headers['x-amz-checksum-crc32'],
        byDefault: put.headers['x-amz-checksum-crc64nvme'],
        type: put.headers['x-amz-checksum-type'],
      };
    },
    facts: {
      crc32: crc32Of('body'),
      unasked: undefined,
      ofRange: undefined,
      byDefault: 'rosUhgp5mIg=',
      type: 'FULL_OBJECT',
    },
  },
  {
    name: 'conditions on writes',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const put = (
        key: string,
        body: string,
        headers: Readonly<Record<string, string>>,
      ): Promise<string> => wire.put(bucket, key, body, headers).then(outcome);
      const absent = { 'if-none-match': '*' };
      return {
        absent: await put('k', 'one', absent),
        present: await put('k', 'two', absent),
        kept: await wire.read(bucket, 'k'),
        match: await put('k', 'three', { 'if-match': etagOf('one') }),
        mismatch: await put('k', 'four', { 'if-match': etagOf('one') }),
        replaced: await wire.read(bucket, 'k'),
        missing: await put('no', 'five', { 'if-match': etagOf('one') }),
        notWritten: outcome(await wire.head(bucket, 'no')),
        deleted: await wire.delete(bucket, 'k').then(() => put('k', 'six', absent)),
        tag: await put('k', 'seven', { 'if-none-match': etagOf('six') }),
        star: await put('k', 'eight', { 'if-match': '*' }),
        both: await put('k', 'nine', { ...absent, 'if-match': etagOf('six') }),
      };
    },
    facts: {
      absent: '200',
      present: '412 PreconditionFailed',
      kept: 'one',
      match: '200',
      mismatch: '412 PreconditionFailed',
      replaced: 'three',
      missing: '404 NoSuchKey',
      notWritten: '404',
      deleted: '200',
      tag: '501 NotImplemented',
      star: '501 NotImplemented',
      both: '501 NotImplemented',
    },
  },
  {
    name: 'fifty writers of one absent key: one of them wins',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          wire.put(bucket, 'k', `${index}`, { 'if-none-match': '*' }),
        ),
      );
      const won = answers.findIndex(({ status }) => status === 200);
      return {
        winners: answers.filter(({ status }) => status === 200).length,
        isWinners: (await wire.read(bucket, 'k')) === `${won}`,
      };
    },
    facts: { winners: 1, isWinners: true },
  },
  {
    name: 'copies',
    run: async (wire) => {
      const bucket = await wire.bucket();
      await wire.put(bucket, 'a b/+ü', 'body', { 'x-amz-meta-m': '1', 'content-type': 'text/x' });
      const source = pathOf(bucket, 'a b/+ü');
      const copy = (to: string, from: string, headers = {}): ReturnType<typeof wire.send> =>
        wire.send('PUT', pathOf(bucket, to), {
          headers: { 'x-amz-copy-source': from, ...headers },
        });
      const done = await copy('copy', source);
      const { headers, text } = await wire.get(bucket, 'copy');
      return {
        status: done.status,
        etag: textOf(done, 'ETag'),
        modified: textOf(done, 'LastModified') !== undefined,
        copied: [text, headers['x-amz-meta-m'], headers['content-type']],
        ...(await outcomes({
          noSlash: () => copy('copy', source.slice(1)),
          missing: () => copy('copy', `/${bucket}/no`),
          missingBucket: () => copy('copy', `/${bucket}-no/k`),
          noKey: () => copy('copy', bucket),
          match: () => copy('copy', source, { 'x-amz-copy-source-if-match': etagOf('body') }),
          mismatch: () => copy('copy', source, { 'x-amz-copy-source-if-match': etagOf('x') }),
          noneMatch: () =>
            copy('copy', source, { 'x-amz-copy-source-if-none-match': etagOf('body') }),
          self: () => copy('a b/+ü', source),
          selfReplaced: () => copy('a b/+ü', source, { 'x-amz-metadata-directive': 'REPLACE' }),
          ontoAbsent: () => copy('absent', source, { 'if-none-match': '*' }),
          ontoPresent: () => copy('absent', source, { 'if-none-match': '*' }),
          ontoMatch: () => copy('absent', source, { 'if-match': etagOf('body') }),
          ontoMismatch: () => copy('absent', source, { 'if-match': etagOf('x') }),
        })),
        replaced: (await wire.head(bucket, 'a b/+ü')).headers['x-amz-meta-m'],
      };
    },
    facts: {
      status: 200,
      etag: etagOf('body'),
      modified: true,
      copied: ['body', '1', 'text/x'],
      noSlash: '200',
      missing: '404 NoSuchKey',
      missingBucket: '404 NoSuchBucket',
      noKey: '400 InvalidArgument',
      match: '200',
      mismatch: '412 PreconditionFailed',
      noneMatch: '412 PreconditionFailed',
      self: '400 InvalidRequest',
      selfReplaced: '200',
      ontoAbsent: '200',
      ontoPresent: '412 PreconditionFailed',
      ontoMatch: '200',
      ontoMismatch: '412 PreconditionFailed',
      replaced: undefined,
    },
  },
];
