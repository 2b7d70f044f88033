import { startS3Double } from '@dunnage/doubles/s3';
import type { S3Bucket, S3Double } from '@dunnage/doubles/s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteDocument, fates } from './s3/probes/deleting.ts';
import { outcome, outcomes, partsOf, textOf, textsOf } from './s3/reading.ts';
import { crc32Of, md5Of, pathOf, Wire } from './s3/wire.ts';
import type { Answer } from './s3/wire.ts';

describe('directory buckets', () => {
  const NAME = 'directory--use1-az4--x-s3';
  let double: S3Double;
  let bucket: S3Bucket;
  beforeAll(async () => {
    double = await startS3Double();
    bucket = double.container(NAME, { pageLimit: 3 });
  });
  afterAll(() => double.close());

  /** As clients ask who signed for the service of such buckets. */
  async function ask(
    method: string,
    query: Readonly<Record<string, string>>,
    parts: { key?: string; headers?: Record<string, string>; body?: string } = {},
  ): Promise<Answer> {
    const { url, region, credentials } = double;
    const wire = new Wire({ url, region, ...credentials, service: 's3express' });
    const { key, headers = {}, body = '' } = parts;
    const path = key === undefined ? `/${NAME}` : pathOf(NAME, key);
    return wire.send(method, path, { query, headers, body });
  }

  async function listing(query: Readonly<Record<string, string>>): Promise<string[]> {
    const found: string[] = [];
    let token: string | undefined;
    do {
      const answer = await ask('GET', {
        'list-type': '2',
        ...query,
        ...(token === undefined ? {} : { 'continuation-token': token }),
      });
      if (answer.status !== 200) return [outcome(answer)];
      found.push(...textsOf(answer, 'Key'));
      found.push(...partsOf(answer, 'CommonPrefixes').map((part) => `${textOf(part, 'Prefix')}*`));
      token = textOf(answer, 'NextContinuationToken');
    } while (token !== undefined);
    return found;
  }

  it('list everything once, but in no order, and prefixes of pending uploads', async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `a/${String(index).padStart(2, '0')}`);
    for (const key of [...keys, 'b/1/x', 'c']) bucket.put(key, key);
    bucket.startUpload('pending/k');
    const all = await listing({});
    expect(all.toSorted()).toEqual([...keys, 'b/1/x', 'c']);
    expect(all).not.toEqual(all.toSorted());
    expect((await listing({ delimiter: '/' })).sort()).toEqual(['a/*', 'b/*', 'c', 'pending/*']);
    expect((await listing({ prefix: 'b/', delimiter: '/' })).sort()).toEqual(['b/1/*']);
  });

  it('refuse what they do not have', async () => {
    const found = await outcomes({
      halfPrefix: () => ask('GET', { 'list-type': '2', prefix: 'a' }),
      otherDelimiter: () => ask('GET', { 'list-type': '2', delimiter: '-' }),
      startAfter: () => ask('GET', { 'list-type': '2', 'start-after': 'a' }),
      listV1: () => ask('GET', {}),
      versions: () => ask('GET', { versions: '' }),
      versioning: () => ask('GET', { versioning: '' }),
      locks: () => ask('GET', { 'object-lock': '' }),
      md5: () => ask('PUT', {}, { key: 'k', body: 'x', headers: md5Of('x') }),
    });
    expect(found).toEqual({
      halfPrefix: '400 InvalidRequest',
      otherDelimiter: '400 InvalidArgument',
      startAfter: '501 NotImplemented',
      listV1: '405 NotSupported',
      versions: '405 NotSupported',
      versioning: '405 NotSupported',
      locks: '405 NotSupported',
      md5: '501 NotImplemented',
    });
    const { url, region, credentials } = double;
    const general = new Wire({ url, region, ...credentials });
    expect(outcome(await general.list(NAME, {}))).toBe('400 AuthorizationHeaderMalformed');
  });

  it('judge size and time of what is deleted, and let go what is missing', async () => {
    const object = bucket.put('d/k', 'body', { modifiedMs: Date.UTC(2024, 0, 1) });
    const remove = (headers: Record<string, string>, key = 'd/k'): Promise<Answer> =>
      ask('DELETE', {}, { key, headers });
    expect(
      await outcomes({
        size: () => remove({ 'x-amz-if-match-size': '5' }),
        time: () => remove({ 'x-amz-if-match-last-modified-time': '2023-01-01T00:00:00Z' }),
        missing: () => remove({ 'if-match': object.etag }, 'd/no'),
        match: () =>
          remove({
            'if-match': object.etag,
            'x-amz-if-match-size': '4',
            'x-amz-if-match-last-modified-time': '2024-01-01T00:00:00Z',
          }),
      }),
    ).toEqual({
      size: '412 PreconditionFailed',
      time: '412 PreconditionFailed',
      missing: '204',
      match: '204',
    });
    bucket.put('d/k', 'body');
    const body = deleteDocument(['<Key>d/k</Key><Size>5</Size>']);
    const headers = { 'x-amz-checksum-crc32': crc32Of(body) };
    const bulk = await ask('POST', { delete: '' }, { body, headers });
    expect(fates(bulk)).toEqual(['d/k: 412 Precondition Failed']);
  });
});
