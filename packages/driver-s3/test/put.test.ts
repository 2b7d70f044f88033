import { hang, loseAnswer, s3, spoilUpload } from '@dunnage/conformance/proxy';
import { parseKey } from '@dunnage/driver-api';
import { describe, expect, it } from 'vitest';
import { collect, failureOf, KEY, openBucket, openFaulty, textOf } from './support.ts';

const MIB = 1024 * 1024;

async function* chunks(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < count; n++) yield Buffer.alloc(size, String(n));
}

describe('a small object', () => {
  it('takes a put and a look, which tells the time', async () => {
    const { driver, proxy } = await openFaulty();
    const info = await driver.put(KEY, Buffer.from('content'));
    expect(info).toEqual(await driver.stat(KEY));
    expect(proxy.counts()).toEqual({ put: 1, head: 2 });
  });

  it('is stored, though its facts can not be read', async () => {
    const { bucket, driver, proxy } = await openFaulty();
    proxy.inject({ when: { operation: ['head', 'get'] }, fault: s3.error(403, 'AccessDenied') });
    const info = await driver.put(KEY, Buffer.from('content'));
    expect(info).toMatchObject({ key: 'a/b', size: 7, etag: '9a0364b9e99bb480dd25e1f0284c8555' });
    expect(bucket.names()).toEqual(['a/b']);
  });

  it('is what was put, also where someone else has put another since', async () => {
    const { bucket, driver, proxy } = await openFaulty();
    proxy.inject({
      when: ({ operation }) => {
        if (operation === 'head') bucket.put('a/b', 'of someone else');
        return false;
      },
      fault: hang(),
    });
    expect(await driver.put(KEY, Buffer.from('content'))).toMatchObject({
      size: 7,
      etag: '9a0364b9e99bb480dd25e1f0284c8555',
    });
  });

  it.each(['md5', 'crc32'] as const)(
    'that is damaged on its way is refused (%s)',
    async (checksums) => {
      const { bucket, driver, proxy } = await openFaulty({ driver: { checksums } });
      proxy.inject({ when: { operation: 'put' }, fault: spoilUpload() });
      const error = await failureOf(() => driver.put(KEY, Buffer.from('content')));
      expect(error).toMatchObject({ code: 'CORRUPT', applied: 'no', retry: 'safe' });
      expect(bucket.names()).toEqual([]);
    },
  );

  it('carries class, encryption and access as configured', async () => {
    const seen: Record<string, unknown>[] = [];
    const { driver } = await openBucket({
      double: { onRequest: ({ method, headers }) => method === 'PUT' && seen.push(headers) },
      driver: { storageClass: 'STANDARD_IA', sse: 'aws:kms', kmsKeyId: 'key', acl: 'private' },
    });
    await driver.put(KEY, Buffer.from('content'));
    await driver.copy?.(KEY, parseKey('copy'));
    expect(seen).toHaveLength(2);
    for (const headers of seen) {
      expect(headers).toMatchObject({
        'x-amz-storage-class': 'STANDARD_IA',
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': 'key',
        'x-amz-acl': 'private',
      });
    }
  });
});

describe('checksums', () => {
  it.each([
    ['md5', /^[A-Za-z0-9+/]{22}==$/, undefined],
    ['crc32', undefined, /^[A-Za-z0-9+/]{6}==$/],
  ] as const)('%s', async (checksums, md5, crc32) => {
    const seen: Record<string, unknown>[] = [];
    const { bucket, driver } = await openBucket({
      double: {
        onRequest: ({ headers, operation }) =>
          ['PutObject', 'UploadPart', 'DeleteObjects'].includes(operation ?? '') &&
          seen.push(headers),
      },
      driver: { checksums, partSize: 5 * MIB, conditionalPuts: true, conditionalDeletes: true },
    });
    expect(driver.chosen.checksums).toBe(checksums);
    await driver.put(KEY, Buffer.from('x'));
    await driver.put(parseKey('large'), chunks(3, 2 * MIB));
    await collect(driver.delete([{ key: KEY }]));
    expect(bucket.names()).toEqual(['large']);
    expect(seen).toHaveLength(4);
    for (const headers of seen) {
      const value = (name: string): unknown => headers[name] ?? 'none';
      expect(value('content-md5')).toMatch(md5 ?? 'none');
      expect(value('x-amz-checksum-crc32')).toMatch(crc32 ?? 'none');
    }
  });
});

describe('a large object', () => {
  const driver5 = { partSize: 5 * MIB };

  it('is put in parts', async () => {
    const { driver, bucket, proxy } = await openFaulty({ driver: driver5 });
    const info = await driver.put(KEY, chunks(12, MIB));
    expect(info).toMatchObject({ size: 12 * MIB });
    expect(info.etag).toMatch(/-3$/);
    expect(bucket.uploads()).toEqual([]);
    expect(proxy.counts()).toEqual({
      ...{ 'multipart-create': 1, 'multipart-part': 3, 'multipart-complete': 1, head: 1 },
    });
  });

  it('as long as a part is put at once', async () => {
    const { driver, proxy } = await openFaulty({ driver: driver5 });
    await driver.put(KEY, chunks(5, MIB));
    expect(proxy.counts()).toEqual({ put: 1, head: 1 });
  });

  it.each([
    [
      'a part that is refused',
      { operation: 'multipart-part' as const, nth: 2 },
      s3.error(403, 'AccessDenied'),
      'no',
    ],
    [
      'an end that is refused',
      { operation: 'multipart-complete' as const },
      s3.error(400, 'EntityTooSmall'),
      'no',
    ],
    [
      'an end that fails late',
      { operation: 'multipart-complete' as const },
      s3.errorIn200(),
      'unknown',
    ],
    ['an answer that is lost', { operation: 'multipart-part' as const }, loseAnswer(), 'unknown'],
  ])('leaves nothing behind after %s', async (_, when, fault, applied) => {
    const { driver, bucket, proxy } = await openFaulty({ driver: driver5 });
    proxy.inject({ when, fault });
    const error = await failureOf(() => driver.put(KEY, chunks(12, MIB)));
    expect(error.applied).toBe(applied);
    expect(bucket.names()).toEqual([]);
    expect(bucket.uploads()).toEqual([]);
  });

  it('leaves nothing behind after an abort', async () => {
    const { driver, bucket, proxy } = await openFaulty({ driver: driver5 });
    const abort = new AbortController();
    proxy.inject({
      when: ({ operation }) => {
        if (operation === 'multipart-part') abort.abort();
        return operation === 'multipart-part';
      },
      fault: hang(),
    });
    const put = driver.put(KEY, chunks(12, MIB), { signal: abort.signal });
    expect(await failureOf(() => put)).toMatchObject({ code: 'ABORTED' });
    expect(bucket.uploads()).toEqual([]);
  });

  it('leaves an upload that it can not abort, which is found then', async () => {
    const { driver, bucket, proxy } = await openFaulty({ driver: driver5 });
    proxy.inject({
      when: { operation: 'multipart-complete' },
      fault: s3.error(403, 'AccessDenied'),
    });
    const rule = proxy.inject({ when: { operation: 'multipart-abort' }, fault: s3.slowDown() });
    const error = await failureOf(() => driver.put(KEY, chunks(6, MIB)));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED' });
    rule.remove();
    const pending = await collect(driver.pendingUploads?.());
    expect(pending).toMatchObject([{ key: 'a/b' }]);
    await driver.abortUpload?.(KEY, pending[0]?.uploadId ?? '');
    await driver.abortUpload?.(KEY, pending[0]?.uploadId ?? '');
    expect(bucket.uploads()).toEqual([]);
  });

  it('takes no condition that nobody has tried', async () => {
    const { driver, bucket } = await openBucket({ driver: driver5 });
    const put = (): unknown => driver.put(KEY, chunks(12, MIB), { ifAbsent: true });
    expect(await failureOf(put)).toMatchObject({ code: 'UNSUPPORTED' });
    expect(bucket.uploads()).toEqual([]);
    expect(bucket.names()).toEqual([]);
  });
});

describe('conditions', () => {
  it('say why nothing was stored', async () => {
    const { driver } = await openBucket();
    const { etag = '' } = await driver.put(KEY, Buffer.from('first'));
    const again = await failureOf(() => driver.put(KEY, Buffer.from('x'), { ifAbsent: true }));
    expect(again).toMatchObject({ code: 'ALREADY_EXISTS', applied: 'no', retry: 'never' });
    const other = await failureOf(() => driver.put(KEY, Buffer.from('x'), { ifMatch: 'other' }));
    expect(other).toMatchObject({ code: 'PRECONDITION_FAILED', applied: 'no' });
    const missing = (): unknown =>
      driver.put(parseKey('none'), Buffer.from('x'), { ifMatch: etag });
    expect(await failureOf(missing)).toMatchObject({ code: 'PRECONDITION_FAILED' });
    await driver.put(KEY, Buffer.from('second'), { ifMatch: etag });
    expect(await textOf(driver, KEY)).toBe('second');
  });

  it('are refused, and nothing is asked, where the store does not know them', async () => {
    const { driver, bucket, proxy } = await openFaulty({
      bucket: { quirks: ['no-conditional-writes'] },
    });
    expect((await driver.capabilities()).put).toMatchObject({ ifAbsent: false, ifMatch: false });
    proxy.forget();
    const put = (): unknown => driver.put(KEY, Buffer.from('x'), { ifAbsent: true });
    expect(await failureOf(put)).toMatchObject({ code: 'UNSUPPORTED' });
    expect(proxy.requests).toEqual([]);
    expect(bucket.names()).toEqual([]);
  });
});
