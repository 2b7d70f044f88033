import { type Fault, s3, startFaultProxy } from '@dunnage/conformance/proxy';
import { describe, expect, test } from 'vitest';
import { ask, type Got, startStore } from './store.ts';

const DELETED = `<?xml version="1.0" encoding="UTF-8"?>
<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Deleted><Key>a&amp;b</Key></Deleted><Deleted><Key>c</Key></Deleted><Error><Key>d</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>`;
const ASKED = '<Delete><Object><Key>a&amp;b</Key></Object><Object><Key>c</Key></Object></Delete>';

function pageOf(keys: readonly string[], next?: string): string {
  const contents = keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`);
  const end = next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`;
  const truncated = `<IsTruncated>${next !== undefined}</IsTruncated>`;
  return `<ListBucketResult><Name>b</Name>${end}${truncated}${contents.join('')}</ListBucketResult>`;
}

/** What a client gets of a store with two pages and three keys to delete, while `fault` strikes. */
async function struck(fault: Fault, ...asked: [method: string, url: string][]): Promise<Got[]> {
  await using store = await startStore(({ method, url = '' }, to) => {
    if (method === 'POST') to.end(DELETED);
    else to.end(url.includes('token=t1') ? pageOf(['c', 'd']) : pageOf(['a', 'b'], 't1'));
  });
  await using proxy = await startFaultProxy({ target: store.url });
  proxy.inject({ fault });
  const got: Got[] = [];
  for (const [method, url] of asked) {
    got.push(await ask(proxy.url + url, { method }, method === 'POST' ? ASKED : ''));
  }
  return got;
}

const FIRST: [string, string] = ['GET', '/b?list-type=2'];
const SECOND: [string, string] = ['GET', '/b?list-type=2&continuation-token=t1'];
const DELETE: [string, string] = ['POST', '/b?delete'];

describe('errors', () => {
  test('have the body and the headers of S3', async () => {
    const [got] = await struck(s3.error(403, 'AccessDenied', 'no <way>', { 'x-a': '1' }), FIRST);
    const headers = { 'x-a': '1', 'content-type': 'application/xml' };
    expect(got).toMatchObject({ status: 403, headers });
    expect(got?.headers['x-amz-request-id']).toBe('INJECTED');
    expect(got?.body).toContain(
      '<Error><Code>AccessDenied</Code><Message>no &lt;way&gt;</Message>',
    );
  });

  test('of a HEAD say nothing but their status', async () => {
    const [got] = await struck(s3.slowDown(), ['HEAD', '/b/k']);
    expect(got).toMatchObject({ status: 503, body: '' });
    expect(got?.headers['content-length']).toBe('0');
  });

  test('say where a bucket is', async () => {
    const [got] = await struck(s3.redirect('eu-central-1', 'b.s3.example'), FIRST);
    expect(got).toMatchObject({ status: 301, headers: { 'x-amz-bucket-region': 'eu-central-1' } });
    expect(got?.body).toContain('<Endpoint>b.s3.example</Endpoint>');
  });

  test('hide in a 200', async () => {
    const [got] = await struck(s3.errorIn200(), ['POST', '/b/k?uploadId=u']);
    expect(got?.status).toBe(200);
    expect(got?.body).toMatch(/<Error><Code>InternalError/);
  });
});

describe('bulk deletes', () => {
  test('fail for every key', async () => {
    const [got] = await struck(s3.everyKeyError('SlowDown'), DELETE);
    expect(got?.body.match(/<Key>[^<]*<\/Key><Code>[^<]*/g)).toEqual([
      '<Key>a&amp;b</Key><Code>SlowDown',
      '<Key>c</Key><Code>SlowDown',
    ]);
    expect(got?.body).not.toContain('Deleted');
  });

  test('fail for one key', async () => {
    const [got] = await struck(s3.perKeyError('a&b', 'InternalError', 'oops'), DELETE);
    expect(got?.body.match(/<(Deleted|Error)><Key>[^<]*/g)).toEqual([
      ...['<Deleted><Key>c', '<Error><Key>d', '<Error><Key>a&amp;b'],
    ]);
    expect(got?.body).toContain('<Code>InternalError</Code><Message>oops</Message>');
  });

  test.each([
    ['a&b', ['<Deleted><Key>c', '<Error><Key>d']],
    ['d', ['<Deleted><Key>a&amp;b', '<Deleted><Key>c']],
  ])('say nothing of %s', async (key, left) => {
    const [got] = await struck(s3.dropKey(key), DELETE);
    expect(got?.body.match(/<(Deleted|Error)><Key>[^<]*/g)).toEqual(left);
  });
});

describe('listings', () => {
  const keysOf = (got: Got | undefined): string[] =>
    [...(got?.body ?? '').matchAll(/<Key>([^<]*)/g)].map(([, key = '']) => key);
  const endOf = (got: Got | undefined): string[] =>
    (got?.body ?? '').match(/<(IsTruncated|NextContinuationToken)>[^<]*/g) ?? [];

  test('lead in a circle', async () => {
    const [first, second] = await struck(s3.repeatToken(), FIRST, SECOND);
    expect(first?.body).toBe(pageOf(['a', 'b'], 't1'));
    expect(endOf(second)).toEqual(['<IsTruncated>true', '<NextContinuationToken>t1']);
    expect(keysOf(second)).toEqual(['c', 'd']);
  });

  test('of the first version lead in a circle', async () => {
    const [got] = await struck(s3.repeatToken(), ['GET', '/b?marker=b']);
    expect(got?.body).toContain('<IsTruncated>true</IsTruncated><NextMarker>b</NextMarker>');
  });

  test('have a page twice', async () => {
    const [first, second] = await struck(s3.repeatPage(), FIRST, SECOND);
    expect(keysOf(first)).toEqual(['a', 'b']);
    expect(keysOf(second)).toEqual(['a', 'b']);
    expect(endOf(second)).toEqual(['<IsTruncated>false']);
  });

  test('do not say whether they end', async () => {
    const [got] = await struck(s3.withoutEnd(), FIRST);
    expect(endOf(got)).toEqual([]);
    expect(keysOf(got)).toEqual(['a', 'b']);
  });

  test('do not say how they go on', async () => {
    const [got] = await struck(s3.moreWithoutToken(), SECOND);
    expect(endOf(got)).toEqual(['<IsTruncated>true']);
  });

  test('have no order', async () => {
    expect(keysOf((await struck(s3.unordered(), FIRST))[0])).toEqual(['b', 'a']);
  });

  test('have an object too many', async () => {
    expect(keysOf((await struck(s3.strayKey('x<y'), FIRST))[0])).toEqual(['a', 'b', 'x&lt;y']);
  });
});
