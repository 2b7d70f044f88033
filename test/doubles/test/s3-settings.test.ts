import { startS3Double } from '@dunnage/doubles/s3';
import type { S3Bucket, S3BucketSettings, S3Double } from '@dunnage/doubles/s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteDocument, fates } from './s3/probes/deleting.ts';
import { outcome, outcomes, shown, textOf } from './s3/reading.ts';
import { etagOf, md5Of, pathOf, Wire } from './s3/wire.ts';
import type { Answer } from './s3/wire.ts';

describe('buckets are made to order', () => {
  let double: S3Double;
  let wire: Wire;
  let made = 0;
  beforeAll(async () => {
    double = await startS3Double();
    const { url, region, credentials } = double;
    wire = new Wire({ url, region, ...credentials });
  });
  afterAll(() => double.close());

  function bucketOf(settings: S3BucketSettings = {}, keys: readonly string[] = []): S3Bucket {
    const bucket = double.container(`ordered-${made++}`, settings);
    for (const key of keys) bucket.put(key, key);
    return bucket;
  }

  it('with limits that tests can reach', async () => {
    const { name } = bucketOf({ deleteLimit: 2, pageLimit: 2, maxCopySize: 4 }, [
      'a',
      'b',
      'c',
      'large',
    ]);
    const page = await wire.list(name, { 'max-keys': '1000' });
    expect([shown(page), textOf(page, 'IsTruncated')]).toEqual(['a b |', 'true']);
    const keys = ['a', 'b', 'c'].map((key) => `<Key>${key}</Key>`);
    expect(outcome(await wire.deleteMany(name, deleteDocument(keys)))).toBe('400 MalformedXML');
    expect(outcome(await wire.deleteMany(name, deleteDocument(keys.slice(1))))).toBe('200');
    const copy = (key: string): Promise<Answer> =>
      wire.send('PUT', pathOf(name, 'copy'), {
        headers: { 'x-amz-copy-source': `/${name}/${key}` },
      });
    expect(await outcomes({ small: () => copy('a'), large: () => copy('large') })).toEqual({
      small: '200',
      large: '400 InvalidRequest',
    });
  });

  it('with ETags that are no MD5', async () => {
    const bucket = bucketOf({ encryption: 'aws:kms' });
    const put = await wire.put(bucket.name, 'k', 'body');
    expect(put.headers['x-amz-server-side-encryption']).toBe('aws:kms');
    expect(put.headers.etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(put.headers.etag).not.toBe(etagOf('body'));
    expect((await wire.put(bucket.name, 'k', 'body')).headers.etag).not.toBe(put.headers.etag);
    expect(bucket.put('own', 'body').etag).not.toBe(etagOf('body'));
    const plain = bucketOf();
    const asked = {
      'x-amz-server-side-encryption': 'aws:kms:dsse',
      'x-amz-server-side-encryption-aws-kms-key-id': 'key-1',
    };
    expect((await wire.put(plain.name, 'k', 'body', asked)).headers.etag).not.toBe(etagOf('body'));
    expect((await wire.head(plain.name, 'k')).headers).toMatchObject(asked);
    const other = { 'x-amz-server-side-encryption': 'rot13' };
    expect(outcome(await wire.put(plain.name, 'k', 'body', other))).toBe('400 InvalidArgument');
    const own = { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' };
    expect(outcome(await wire.put(plain.name, 'k', 'body', own))).toBe('501 NotImplemented');
  });

  it('with objects that lie in an archive', async () => {
    const bucket = bucketOf();
    bucket.put('cold', 'x', { storageClass: 'DEEP_ARCHIVE' });
    const copy = { headers: { 'x-amz-copy-source': `/${bucket.name}/cold` } };
    expect(
      await outcomes({
        head: () => wire.head(bucket.name, 'cold'),
        get: () => wire.get(bucket.name, 'cold'),
        copy: () => wire.send('PUT', pathOf(bucket.name, 'copy'), copy),
        unknownClass: () => wire.put(bucket.name, 'k', 'x', { 'x-amz-storage-class': 'ATTIC' }),
      }),
    ).toEqual({
      head: '200',
      get: '403 InvalidObjectState',
      copy: '403 ObjectNotInActiveTierError',
      unknownClass: '400 InvalidStorageClass',
    });
  });

  it('with rights that are missing', async () => {
    const bucket = bucketOf(
      { denied: ['s3:ListBucket', 's3:GetBucketVersioning', 's3:DeleteObject'] },
      ['a'],
    );
    const { name } = bucket;
    expect(
      await outcomes({
        list: () => wire.list(name, {}),
        headBucket: () => wire.send('HEAD', `/${name}`),
        versioning: () => wire.list(name, {}, { versioning: '' }),
        read: () => wire.get(name, 'a'),
        missing: () => wire.get(name, 'no'),
        headMissing: () => wire.head(name, 'no'),
        remove: () => wire.delete(name, 'a'),
      }),
    ).toEqual({
      list: '403 AccessDenied',
      headBucket: '403',
      versioning: '403 AccessDenied',
      read: '200',
      missing: '403 AccessDenied',
      headMissing: '403',
      remove: '403 AccessDenied',
    });
    const bulk = await wire.deleteMany(name, deleteDocument(['<Key>a</Key>']));
    expect(fates(bulk)).toEqual(['a: AccessDenied']);
    bucket.configure({ denied: [] });
    expect(outcome(await wire.delete(name, 'a'))).toBe('204');
  });

  it('with a default retention', async () => {
    const { name } = bucketOf({ objectLock: { mode: 'COMPLIANCE', days: 1 } });
    expect(outcome(await wire.put(name, 'k', 'x'))).toBe('400 InvalidRequest');
    const put = await wire.put(name, 'k', 'x', md5Of('x'));
    const versionId = String(put.headers['x-amz-version-id']);
    expect(outcome(await wire.delete(name, 'k', {}, { versionId }))).toBe('403 AccessDenied');
    const told = await wire.list(name, {}, { 'object-lock': '' });
    expect([textOf(told, 'Mode'), textOf(told, 'Days')]).toEqual(['COMPLIANCE', '1']);
  });

  it('in regions that answer in one of three ways', async () => {
    const answers = [];
    for (const redirect of ['permanent', 'temporary', 'opt-in'] as const) {
      const { name } = bucketOf({ region: 'eu-west-1', redirect }, ['k']);
      const answer = await wire.get(name, 'k');
      const location = answer.headers.location?.replace(name, 'BUCKET').replace(double.url, 'URL');
      answers.push([outcome(answer), answer.headers['x-amz-bucket-region'], location]);
    }
    expect(answers).toEqual([
      ['301 PermanentRedirect', 'eu-west-1', undefined],
      ['307 TemporaryRedirect', 'eu-west-1', 'URL/BUCKET/k'],
      ['400 IllegalLocationConstraintException', 'eu-west-1', undefined],
    ]);
    const { name } = bucketOf({ region: 'eu-west-1' }, ['k']);
    const third = await wire
      .get(name, 'k')
      .then(() =>
        wire.send('GET', pathOf(name, 'k'), { signer: { ...wire.endpoint, region: 'us-west-2' } }),
      );
    expect([outcome(third), textOf(third, 'Region')]).toEqual([
      '400 AuthorizationHeaderMalformed',
      'eu-west-1',
    ]);
  });

  it('that answer before they know the outcome', async () => {
    const { name } = bucketOf({ keepAlive: true });
    const complete = async (etag: string): Promise<Answer> => {
      const begun = await wire.must('POST', pathOf(name, 'k'), { query: { uploads: '' } });
      const uploadId = textOf(begun, 'UploadId') ?? '';
      const query = { uploadId, partNumber: '1' };
      await wire.must('PUT', pathOf(name, 'k'), { query, body: 'x' });
      const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`;
      return wire.send('POST', pathOf(name, 'k'), { query: { uploadId }, body });
    };
    const failed = await complete('other');
    expect([failed.status, textOf(failed, 'Code')]).toEqual([200, 'InvalidPart']);
    const done = await complete(etagOf('x'));
    expect([done.status, textOf(done, 'Key')]).toEqual([200, 'k']);
    expect(done.text).toMatch(/^<\?xml[^>]*\?>\n\s+\n</);
  });

  it('that depart from S3 as others do', async () => {
    const { name } = bucketOf(
      {
        quirks: [
          'delete-ignores-conditions',
          'delete-needs-md5',
          'no-chunked-bodies',
          'no-conditional-writes',
        ],
      },
      ['a', 'b'],
    );
    const other = { 'if-match': etagOf('other') };
    const document = deleteDocument(['<Key>b</Key><ETag>other</ETag>']);
    const chunked = {
      payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      headers: { 'x-amz-decoded-content-length': '0' },
      body: '0\r\n\r\n',
    };
    const sha256 = { 'x-amz-checksum-sha256': 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' };
    expect(
      await outcomes({
        remove: () => wire.delete(name, 'a', other),
        bulk: () => wire.deleteMany(name, document),
        otherSum: () => wire.deleteMany(name, document, {}),
        wrongSum: () => wire.deleteMany(name, document, sha256),
        chunked: () => wire.send('PUT', pathOf(name, 'k'), chunked),
        write: () => wire.put(name, 'k', 'x', { 'if-none-match': '*' }),
      }),
    ).toEqual({
      remove: '204',
      bulk: '200',
      otherSum: '400 InvalidRequest',
      wrongSum: '400 BadDigest',
      chunked: '501 NotImplemented',
      write: '501 NotImplemented',
    });
    expect(double.container(name).names()).toEqual([]);
  });
});
