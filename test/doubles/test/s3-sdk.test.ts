import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { startS3Double } from '@dunnage/doubles/s3';
import type { S3Double } from '@dunnage/doubles/s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, failureOf } from './s3/sdk.ts';
import { Wire } from './s3/wire.ts';

describe("the vendor's SDK works with the double unchanged", () => {
  let double: S3Double;
  beforeAll(async () => {
    double = await startS3Double();
  });
  afterAll(() => double.close());

  it('writes, reads, lists and deletes', async () => {
    const client = clientOf(double);
    const Bucket = 'basics';
    await client.send(new CreateBucketCommand({ Bucket }));
    const Key = "ä b+c/%~*()'!\u{1f600}";
    const put = await client.send(new PutObjectCommand({ Bucket, Key, Body: 'hello' }));
    const got = await client.send(new GetObjectCommand({ Bucket, Key }));
    expect(await got.Body?.transformToString()).toBe('hello');
    expect([got.ETag, got.ChecksumCRC32]).toEqual([put.ETag, put.ChecksumCRC32]);
    const copy = { Bucket, Key: 'copy', CopySource: `${Bucket}/${encodeURIComponent(Key)}` };
    expect((await client.send(new CopyObjectCommand(copy))).CopyObjectResult?.ETag).toBe(put.ETag);
    const Objects = [{ Key }, { Key: 'copy', ETag: '"other"' }];
    const deleted = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(deleted.Deleted).toEqual([{ Key }]);
    expect(deleted.Errors?.map(({ Code }) => Code)).toEqual(['PreconditionFailed']);
    expect(double.container(Bucket).names()).toEqual(['copy']);
  });

  it('sends streams in chunks with a checksum behind them, which are large enough or refused', async () => {
    const client = clientOf(double);
    const Bucket = 'streams';
    double.container(Bucket);
    const put = (Key: string, chunks: readonly Buffer[]): Promise<unknown> =>
      client.send(
        new PutObjectCommand({
          Bucket,
          Key,
          Body: Readable.from(chunks),
          ContentLength: Buffer.concat(chunks).length,
        }),
      );
    await put('large', [Buffer.alloc(9000, 1), Buffer.from('tail')]);
    expect(double.container(Bucket).object('large')?.bytes.length).toBe(9004);
    const small = put('small', [Buffer.from('small'), Buffer.from('tail')]);
    expect(await failureOf(small)).toBe('403 InvalidChunkSizeError');
  });

  it('uploads in parts', async () => {
    const client = clientOf(double);
    const at = { Bucket: double.container('parts', { minPartSize: 3 }).name, Key: 'k' };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
    const Parts = [];
    for (const [index, Body] of ['abc', 'de'].entries()) {
      const part = { ...at, UploadId, PartNumber: index + 1, Body };
      const { ETag } = await client.send(new UploadPartCommand(part));
      Parts.push({ PartNumber: index + 1, ETag });
    }
    await client.send(
      new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }),
    );
    expect(double.container('parts').object('k')?.bytes.toString()).toBe('abcde');
    expect(double.container('parts').uploads()).toEqual([]);
  });

  it('pages through more keys than one page has', async () => {
    const bucket = double.container('pages');
    for (let index = 0; index < 2500; index++) bucket.put(`k${index}`, '');
    const sizes: (number | undefined)[] = [];
    const keys: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2(
      { client: clientOf(double) },
      { Bucket: 'pages' },
    )) {
      sizes.push(page.KeyCount);
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
    }
    expect(sizes).toEqual([1000, 1000, 500]);
    expect(keys).toEqual(bucket.names());
  });

  it('finds a missing object by HEAD, and by its code', async () => {
    const client = clientOf(double);
    const at = { Bucket: double.container('missing').name, Key: 'no' };
    expect(await failureOf(client.send(new HeadObjectCommand(at)))).toBe('404 NotFound');
    expect(await failureOf(client.send(new GetObjectCommand(at)))).toBe('404 NoSuchKey');
  });

  it('follows a bucket to its region', async () => {
    double.container('far', { region: 'eu-west-1' }).put('k', 'far');
    const at = { Bucket: 'far', Key: 'k' };
    const lost = clientOf(double).send(new GetObjectCommand(at));
    expect(await failureOf(lost)).toBe('301 PermanentRedirect');
    const client = clientOf(double, { followRegionRedirects: true });
    const found = await client.send(new GetObjectCommand(at));
    expect(await found.Body?.transformToString()).toBe('far');
    const there = clientOf(double, { region: 'eu-west-1' });
    expect((await there.send(new HeadBucketCommand(at))).BucketRegion).toBe('eu-west-1');
  });

  it('takes the bucket from the host name, too', async () => {
    const bucket = double.container('by-host');
    bucket.put('a/k', 'hosted');
    const { port } = new URL(double.url);
    // Names below localhost are not known everywhere.
    const httpAgent = new Agent({ lookup: (_host, _options, done) => done(null, [LOOPBACK]) });
    const client = clientOf(double, {
      endpoint: `http://localhost:${port}`,
      forcePathStyle: false,
      requestHandler: { httpAgent },
    });
    const got = await client.send(new GetObjectCommand({ Bucket: 'by-host', Key: 'a/k' }));
    expect(await got.Body?.transformToString()).toBe('hosted');
    const listed = await client.send(new ListObjectsV2Command({ Bucket: 'by-host' }));
    expect(listed.KeyCount).toBe(1);
    httpAgent.destroy();
  });

  it('opens sessions for directory buckets, or does without', async () => {
    const Bucket = 'fast--use1-az4--x-s3';
    const bucket = double.container(Bucket);
    const seen: (string | undefined)[] = [];
    for (const disableS3ExpressSessionAuth of [false, true]) {
      const client = clientOf(double, { disableS3ExpressSessionAuth });
      await client.send(new PutObjectCommand({ Bucket, Key: 'a/k', Body: 'x' }));
      seen.push((await client.send(new ListObjectsV2Command({ Bucket }))).Contents?.[0]?.Key);
    }
    expect(seen).toEqual(['a/k', 'a/k']);
    expect(bucket.object('a/k')?.storageClass).toBe('EXPRESS_ONEZONE');
  });

  it('stops when its credentials do not hold', async () => {
    let now = Date.now();
    await using expiring = await startS3Double({
      clock: () => now,
      credentials: {
        accessKeyId: 'ASIATEMPORARY0000000',
        secretAccessKey: 'temporary',
        sessionToken: 'token',
        expiresMs: now + 60_000,
      },
    });
    expiring.container('b');
    const list = (client = clientOf(expiring)): Promise<string> =>
      failureOf(client.send(new ListObjectsV2Command({ Bucket: 'b' })));
    const { accessKeyId, secretAccessKey } = expiring.credentials;
    const client = clientOf(expiring);
    expect(await list(client)).toBe('none');
    const bare = clientOf(expiring, { credentials: { accessKeyId, secretAccessKey } });
    expect(await list(bare)).toBe('403 InvalidAccessKeyId');
    now += 61_000;
    expect(await list(client)).toBe('400 ExpiredToken');
    expiring.credentials = { accessKeyId: 'AKIANEXT000000000000', secretAccessKey: 'next' };
    expect(await list(client)).toBe('403 InvalidAccessKeyId');
    expect(await list()).toBe('none');
    now += 20 * 60_000;
    const { url, region, credentials } = expiring;
    const wire = new Wire({ url, region, ...credentials });
    expect((await wire.list('b', {})).text).toContain('RequestTimeTooSkewed');
  });
});

const LOOPBACK = { address: '127.0.0.1', family: 4 };
