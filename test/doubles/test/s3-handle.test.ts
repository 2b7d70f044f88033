import { startS3Double } from '@dunnage/doubles/s3';
import type { S3Double, S3SeenRequest } from '@dunnage/doubles/s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, shown, textOf, textsOf } from './s3/reading.ts';
import { etagOf, pathOf, Wire } from './s3/wire.ts';

describe('what tests arrange and see without HTTP', () => {
  const seen: S3SeenRequest[] = [];
  let now = Date.now();
  let double: S3Double;
  let wire: Wire;
  beforeAll(async () => {
    double = await startS3Double({ clock: () => now, onRequest: (request) => seen.push(request) });
    const { url, region, credentials } = double;
    wire = new Wire({ url, region, ...credentials });
  });
  afterAll(() => double.close());

  it('objects with facts of their own', async () => {
    const bucket = double.container('facts');
    expect(double.container('facts').put('k', 'x').etag).toBe(etagOf('x').slice(1, -1));
    const modifiedMs = Date.UTC(2020, 1, 29, 12, 0, 0, 789);
    bucket.put('//odd', Buffer.from([0, 255]), {
      modifiedMs,
      contentType: 'text/x',
      metadata: { colour: 'blue' },
      storageClass: 'STANDARD_IA',
    });
    const { headers, bytes } = await wire.get('facts', '//odd');
    expect([...bytes]).toEqual([0, 255]);
    expect(headers['last-modified']).toBe('Sat, 29 Feb 2020 12:00:00 GMT');
    expect(headers['content-type']).toBe('text/x');
    expect(headers['x-amz-meta-colour']).toBe('blue');
    expect(headers['x-amz-storage-class']).toBe('STANDARD_IA');
    expect(shown(await wire.list('facts', {}))).toBe('//odd k |');
    expect([bucket.names(), bucket.size]).toEqual([['//odd', 'k'], 2]);
    expect(bucket.object('no')).toBeUndefined();
  });

  it('the time at which an object was written, and nothing else of it', async () => {
    const bucket = double.container('touched', { versioning: 'Enabled' });
    const before = bucket.put('k', 'x');
    bucket.touch('k', Date.UTC(2020, 0, 1));
    const after = bucket.object('k');
    expect([after?.etag, after?.versionId]).toEqual([before.etag, before.versionId]);
    const listed = await wire.list('touched', {});
    expect(textOf(listed, 'LastModified')).toBe('2020-01-01T00:00:00.000Z');
    const { headers } = await wire.head('touched', 'k');
    expect(headers['last-modified']).toBe('Wed, 01 Jan 2020 00:00:00 GMT');
    expect(bucket.versions('k')).toHaveLength(1);
    expect(() => bucket.touch('no', 0)).toThrow('touched has no object "no"');
  });

  it('locks', async () => {
    const bucket = double.container('locked', { objectLock: true });
    const { versionId } = bucket.put('k', 'x', { legalHold: true });
    const remove = async (): Promise<string> =>
      outcome(await wire.delete('locked', 'k', {}, { versionId }));
    expect(await remove()).toBe('403 AccessDenied');
    bucket.hold('k', false);
    bucket.retain('k', { mode: 'COMPLIANCE', untilMs: now + 1000 });
    expect(await remove()).toBe('403 AccessDenied');
    now += 2000;
    expect(await remove()).toBe('204');
  });

  it('pending uploads, whose objects are as old as their beginning', async () => {
    const bucket = double.container('pending', { minPartSize: 1 });
    const initiatedMs = Date.UTC(2021, 0, 1);
    const uploadId = bucket.startUpload('k', { initiatedMs, parts: ['ab', 'c'] });
    expect(bucket.uploads().map(({ key, id }) => [key, id])).toEqual([['k', uploadId]]);
    const listed = await wire.list('pending', {}, { uploads: '' });
    expect(textOf(listed, 'Initiated')).toBe('2021-01-01T00:00:00.000Z');
    const parts = await wire.get('pending', 'k', {}, { uploadId });
    const written = textsOf(parts, 'PartNumber').map((number, index) => {
      const etag = textsOf(parts, 'ETag')[index];
      return `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`;
    });
    await wire.must('POST', pathOf('pending', 'k'), {
      query: { uploadId },
      body: `<CompleteMultipartUpload>${written.join('')}</CompleteMultipartUpload>`,
    });
    const { headers, text } = await wire.get('pending', 'k');
    expect([text, headers['last-modified']]).toEqual(['abc', 'Fri, 01 Jan 2021 00:00:00 GMT']);
  });

  it('every request, by what AWS calls it', async () => {
    const { name } = double.container('seen');
    seen.length = 0;
    await wire.list(name, { prefix: 'a/' });
    await wire.head(name, 'a');
    await wire.send('POST', `/${name}`, { query: { nonsense: '' } });
    await wire.list(name, {}, { acl: '' });
    expect(
      seen.map(({ method, operation, bucket, key }) => [method, operation, bucket, key]),
    ).toEqual([
      ['GET', 'ListObjectsV2', name, undefined],
      ['HEAD', 'HeadObject', name, 'a'],
      ['POST', undefined, name, undefined],
      ['GET', undefined, name, undefined],
    ]);
    expect(seen[0]?.query.get('prefix')).toBe('a/');
    expect(seen[0]?.path).toBe(`/${name}`);
    expect(seen[0]?.headers['x-amz-date']).toBeDefined();
  });
});
