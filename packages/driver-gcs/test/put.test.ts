import { createHash } from 'node:crypto';
import { answer, gcs, rewrite, spoilUpload } from '@dunnage/conformance/proxy';
import type { PutOptions, Source } from '@dunnage/driver-api';
import { describe, expect, test } from 'vitest';
import { bytes, failure, key, operations, startRig, until } from './support.ts';
import type { Rig } from './support.ts';

const MEBIBYTE = 1024 * 1024;
/** More than goes in one request. */
const LARGE = Buffer.alloc(20 * MEBIBYTE + 17, 'large ');

const UPLOAD = [
  ...['multipart-create', 'multipart-part', 'multipart-part', 'multipart-part'],
] as const;

const put = (rig: Rig, source: Source, options?: PutOptions): Promise<unknown> =>
  rig.driver.put(key('a'), source, options);

async function* chunks(...all: readonly (Uint8Array | Error)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of all) {
    if (chunk instanceof Error) throw chunk;
    yield chunk;
  }
}

describe('a small source', () => {
  test('goes in one request, with its hash', async () => {
    const rig = await startRig();
    await put(rig, chunks(bytes('con'), bytes('tent')));
    expect(operations(rig)).toEqual(['put']);
    expect(rig.bucket.object('a')?.data.toString()).toBe('content');
    expect(rig.bucket.object('a')?.facts.contentType).toBe('application/octet-stream');
  });

  test('says what its hash is, so that the store refuses other bytes', async () => {
    const rig = await startRig();
    let sent = '';
    rig.inject({
      fault: answer((_, body) => {
        sent = body.toString();
        return { status: 503 };
      }),
    });
    await failure(put(rig, bytes('content')));
    const md5Hash = createHash('md5').update('content').digest('base64');
    expect(sent).toContain(JSON.stringify({ contentType: 'application/octet-stream', md5Hash }));
  });
});

describe('a large source', () => {
  test('goes in an upload session, with its hash', async () => {
    const rig = await startRig();
    const info = await rig.driver.put(key('a'), LARGE);
    expect(operations(rig)).toEqual(UPLOAD);
    expect(rig.bucket.object('a')?.data.equals(LARGE)).toBe(true);
    expect(info.checksums?.md5).toBe(createHash('md5').update(LARGE).digest('hex'));
    expect(await rig.driver.stat(key('a'))).toEqual(info);
  });

  test('that ends where a request does', async () => {
    const rig = await startRig();
    const even = Buffer.alloc(16 * MEBIBYTE);
    await put(rig, chunks(even.subarray(0, 5), even.subarray(5)));
    expect(operations(rig)).toEqual(UPLOAD.slice(0, 3));
    expect(rig.bucket.object('a')?.data.equals(even)).toBe(true);
  });

  test('of which the store keeps less than it was sent: the rest is sent again', async () => {
    const rig = await startRig();
    rig.inject({
      when: { operation: 'multipart-part', nth: 2 },
      fault: rewrite(() => ({ headers: { range: `bytes=0-${9 * MEBIBYTE - 1}` } })),
    });
    await put(rig, LARGE);
    expect(operations(rig)).toEqual([...UPLOAD, 'multipart-part']);
    expect(rig.bucket.object('a')?.data.equals(LARGE)).toBe(true);
  });

  test('whose end the store has, but has not looked at: it is asked once more', async () => {
    const rig = await startRig();
    rig.inject({
      when: { operation: 'multipart-part', nth: 3 },
      fault: rewrite(() => ({
        status: 308,
        headers: { range: `bytes=0-${LARGE.length - 1}` },
        body: '',
      })),
    });
    const info = await rig.driver.put(key('a'), LARGE);
    expect(info.size).toBe(LARGE.length);
    expect(operations(rig)).toEqual([...UPLOAD, 'multipart-part']);
  });

  test.each([
    ['nothing', undefined],
    ['less than before', 'bytes=0-99'],
    ['more than was sent', `bytes=0-${99 * MEBIBYTE}`],
  ])('of which the store keeps %s is given up', async (_, range) => {
    const rig = await startRig();
    rig.inject({
      when: { operation: 'multipart-part', nth: 2 },
      fault: rewrite(() => ({ headers: { range } })),
    });
    expect(await failure(put(rig, LARGE))).toMatchObject({ code: 'INCOMPLETE' });
    expect(operations(rig).at(-1)).toBe('multipart-abort');
    expect(rig.bucket.names()).toEqual([]);
  });

  test('that is spoiled on its way is refused', async () => {
    const rig = await startRig();
    rig.bucket.put('a', 'kept');
    rig.inject({ when: { operation: 'multipart-part', nth: 2 }, fault: spoilUpload() });
    expect(await failure(put(rig, LARGE))).toMatchObject({ code: 'CORRUPT', applied: 'no' });
    expect(rig.bucket.object('a')?.data.toString()).toBe('kept');
  });

  test('that fails leaves nothing, and no session', async () => {
    const rig = await startRig();
    rig.bucket.put('a', 'kept');
    const broken = new Error('the source is broken');
    const error = await failure(put(rig, chunks(LARGE, broken)));
    expect(error).toMatchObject({ code: 'INTERNAL', cause: broken, applied: 'no' });
    expect(operations(rig).at(-1)).toBe('multipart-abort');
    expect(rig.bucket.object('a')?.data.toString()).toBe('kept');
  });

  test('that has not the promised length or hash leaves nothing, and no session', async () => {
    const rig = await startRig();
    const checksum = { algorithm: 'sha256', value: '00' } as const;
    for (const options of [{ size: LARGE.length + 1 }, { checksum }]) {
      expect(await failure(put(rig, LARGE, options))).toMatchObject({ code: 'CORRUPT' });
      expect(operations(rig).at(-1)).toBe('multipart-abort');
    }
    expect(rig.bucket.names()).toEqual([]);
  });

  test('that is aborted leaves no session either; closing the driver waits for that', async () => {
    const rig = await startRig();
    const abort = new AbortController();
    const endless = (async function* () {
      yield LARGE;
      abort.abort();
      await new Promise(() => undefined);
    })();
    const aborted = await failure(put(rig, endless, { signal: abort.signal }));
    expect(aborted).toMatchObject({ code: 'ABORTED' });
    await rig.driver.close();
    expect(operations(rig).at(-1)).toBe('multipart-abort');
    expect(rig.proxy.requests.at(-1)?.status).toBe(499);
    expect(rig.bucket.names()).toEqual([]);
  });

  test('whose driver is closed leaves no session either', async () => {
    const rig = await startRig();
    const stalled = (async function* () {
      yield LARGE;
      await new Promise(() => undefined);
    })();
    const closed = failure(put(rig, stalled));
    await until(() => operations(rig).length === 3);
    await rig.driver.close();
    expect(await closed).toMatchObject({ code: 'CLOSED' });
    expect(operations(rig).at(-1)).toBe('multipart-abort');
  });

  test('a session that can not be given up does not hide what went wrong', async () => {
    const rig = await startRig();
    rig.inject({ when: { operation: 'multipart-part', nth: 2 }, fault: gcs.backendError() });
    rig.inject({ when: { operation: 'multipart-abort' }, fault: gcs.error(403, 'forbidden') });
    const error = await failure(put(rig, LARGE));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', status: 503, applied: 'unknown' });
  });

  test('a store that says nowhere to upload to, or calls itself something else', async () => {
    const rig = await startRig();
    const location = (text: string | undefined) =>
      rig.inject({
        when: { operation: 'multipart-create' },
        times: 1,
        fault: rewrite(({ headers }) => ({
          headers: { location: text && String(headers.location).replace(/^http:\/\/[^/]+/, text) },
        })),
      });
    location(undefined);
    expect(await failure(put(rig, LARGE))).toMatchObject({ code: 'INCOMPLETE' });
    location('https://inside.example:4443');
    await put(rig, LARGE);
    expect(rig.bucket.names()).toEqual(['a']);
  });
});

describe('what the store has in the end', () => {
  test.each([
    ['a small', bytes('content')],
    ['a large', LARGE],
  ])('is compared with what was sent; %s object of other bytes is deleted', async (_, source) => {
    const rig = await startRig();
    rig.inject({
      fault: rewrite(({ body }) =>
        body.toString().replace(/"md5Hash":"[^"]+"/, '"md5Hash":"AA=="'),
      ),
    });
    const error = await failure(put(rig, source));
    expect(error).toMatchObject({ code: 'CORRUPT', applied: 'unknown' });
    expect(rig.bucket.names()).toEqual([]);
  });

  test('may have no hash: then its length counts', async () => {
    const rig = await startRig();
    const without = (size: string): void =>
      rig.inject({
        times: 1,
        fault: rewrite(({ body }) =>
          body
            .toString()
            .replace(/"md5Hash":"[^"]+",?/, '')
            .replace(/"size":"\d+"/, `"size":"${size}"`),
        ),
      });
    without('7');
    await put(rig, bytes('content'));
    without('6');
    expect(await failure(put(rig, bytes('content')))).toMatchObject({ code: 'CORRUPT' });
  });
});

describe('conditions', () => {
  test.each([
    ['a small', bytes('content'), ['put']],
    ['a large', LARGE, ['multipart-create']],
  ])('of %s source go with its first request', async (_, source, expected) => {
    const rig = await startRig();
    const etag = rig.bucket.put('a', 'kept');
    await rig.driver.capabilities();
    rig.proxy.forget();
    const exists = await failure(put(rig, source, { ifAbsent: true }));
    expect(exists).toMatchObject({ code: 'ALREADY_EXISTS', status: 412, key: 'a', applied: 'no' });
    expect(operations(rig)).toEqual(expected);
    expect(rig.proxy.requests[0]?.query['ifGenerationMatch']).toBe('0');
    const other = await failure(put(rig, source, { ifMatch: '12' }));
    expect(other).toMatchObject({ code: 'PRECONDITION_FAILED', status: 412 });
    expect(rig.bucket.object('a')?.data.toString()).toBe('kept');
    await put(rig, source, { ifMatch: etag });
    expect(rig.bucket.object('a')?.data.equals(source)).toBe(true);
  });

  test('hold when a session ends, too', async () => {
    const rig = await startRig();
    const racing = (async function* () {
      yield LARGE;
      rig.bucket.put('a', 'the winner');
    })();
    const error = await failure(put(rig, racing, { ifAbsent: true }));
    expect(error).toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(rig.bucket.object('a')?.data.toString()).toBe('the winner');
  });
});

test('an object under a hold is locked', async () => {
  const rig = await startRig();
  rig.bucket.put('a', 'kept', { temporaryHold: true });
  expect(await failure(put(rig, bytes('x')))).toMatchObject({ code: 'LOCKED', retry: 'never' });
});

test('names that Google refuses are no keys', async () => {
  const { driver, open, proxy } = await startRig();
  for (const name of ['a\rb', 'a\nb', '.well-known/acme-challenge/x']) {
    expect(await failure(driver.put(key(name), bytes('x')))).toMatchObject({ code: 'INVALID_KEY' });
  }
  const below = open({ root: '.well-known' });
  const error = await failure(below.stat(key('acme-challenge/x')));
  expect(error).toMatchObject({ code: 'INVALID_KEY' });
  const deep = open({ root: 'r'.repeat(1000) });
  expect(await failure(deep.stat(key('k'.repeat(24))))).toMatchObject({ code: 'INVALID_KEY' });
  expect(await deep.stat(key('k'.repeat(23)))).toBeUndefined();
  expect(proxy.requests).toHaveLength(1);
});
