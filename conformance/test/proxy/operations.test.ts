import { type Operation, type Protocol, startFaultProxy } from '@dunnage/conformance/proxy';
import { expect, test } from 'vitest';
import { ask, startStore } from './store.ts';

type Case = readonly [method: string, url: string, operation: Operation];

const VIA_COPY = 'x-amz-copy-source';
const VIA_AZURE_COPY = 'x-ms-copy-source';

const s3: readonly Case[] = [
  ['GET', '/', 'list-buckets'],
  ['GET', '/b?list-type=2&prefix=x', 'list'],
  ['GET', '/b/?prefix=x', 'list'],
  ['GET', '/b?versions', 'list-versions'],
  ['GET', '/b?uploads', 'list-uploads'],
  ['GET', '/b?versioning', 'bucket'],
  ['GET', '/b?object-lock=', 'bucket'],
  ['HEAD', '/b', 'bucket'],
  ['PUT', '/b', 'bucket'],
  ['POST', '/b?delete', 'bulk-delete'],
  ['POST', '/b/?delete=', 'bulk-delete'],
  ['GET', '/b/k?x-id=GetObject', 'get'],
  ['HEAD', '/b/k', 'head'],
  ['PUT', '/b//k', 'put'],
  ['PUT', `/b/k#${VIA_COPY}`, 'copy'],
  ['DELETE', '/b/k?versionId=1', 'delete'],
  ['POST', '/b/k?uploads', 'multipart-create'],
  ['PUT', '/b/k?partNumber=1&uploadId=u', 'multipart-part'],
  ['PUT', `/b/k?partNumber=1&uploadId=u#${VIA_COPY}`, 'multipart-copy'],
  ['POST', '/b/k?uploadId=u', 'multipart-complete'],
  ['DELETE', '/b/k?uploadId=u', 'multipart-abort'],
  ['GET', '/b/k?uploadId=u', 'list-parts'],
  ['GET', '/b/k?retention', 'object'],
  ['PUT', '/b/k?legal-hold', 'object'],
  ['OPTIONS', '/b/k', 'other'],
];

const gcs: readonly Case[] = [
  ['GET', '/storage/v1/b?project=p', 'list-buckets'],
  ['POST', '/storage/v1/b?project=p', 'bucket'],
  ['GET', '/storage/v1/b/b', 'bucket'],
  ['GET', '/storage/v1/b/b/o?prefix=x', 'list'],
  ['GET', '/storage/v1/b/b/o?versions=true', 'list-versions'],
  ['GET', '/storage/v1/b/b/o?softDeleted=true', 'list-versions'],
  ['GET', '/storage/v1/b/b/o/a%2Fk?alt=media', 'get'],
  ['GET', '/download/storage/v1/b/b/o/k?alt=media', 'get'],
  ['GET', '/storage/v1/b/b/o/k', 'head'],
  ['PATCH', '/storage/v1/b/b/o/k', 'object'],
  ['DELETE', '/storage/v1/b/b/o/k', 'delete'],
  ['DELETE', '/storage/v1/b/b/o/a%2FrewriteTo', 'delete'],
  ['POST', '/storage/v1/b/b/o/k/rewriteTo/b/c/o/l', 'copy'],
  ['POST', '/storage/v1/b/b/o/k/moveTo/o/l', 'copy'],
  ['POST', '/storage/v1/b/b/o/k/compose', 'copy'],
  ['POST', '/storage/v1/b/b/o/k/restore?generation=1', 'object'],
  ['POST', '/upload/storage/v1/b/b/o?uploadType=multipart', 'put'],
  ['POST', '/upload/storage/v1/b/b/o?uploadType=media&name=k', 'put'],
  ['POST', '/upload/storage/v1/b/b/o?uploadType=resumable', 'multipart-create'],
  ['PUT', '/upload/storage/v1/b/b/o?uploadType=resumable&upload_id=u', 'multipart-part'],
  ['DELETE', '/upload/storage/v1/b/b/o?uploadType=resumable&upload_id=u', 'multipart-abort'],
  ['POST', '/batch/storage/v1', 'bulk-delete'],
  ['POST', '/token', 'auth'],
];

const azure: readonly Case[] = [
  ['GET', '/account?comp=list', 'list-buckets'],
  ['GET', '/account/c?restype=container&comp=list&prefix=x', 'list'],
  ['HEAD', '/account/c?restype=container', 'bucket'],
  ['GET', '/account?restype=service&comp=properties', 'bucket'],
  ['GET', '/account?restype=account&comp=properties', 'bucket'],
  ['POST', '/account/c?restype=container&comp=batch', 'bulk-delete'],
  ['POST', '/account?comp=batch', 'bulk-delete'],
  ['GET', '/account/c/b', 'get'],
  ['HEAD', '/account/c/b', 'head'],
  ['PUT', '/account/c/b', 'put'],
  ['PUT', '/account/c/b?comp=appendblock', 'put'],
  ['PUT', `/account/c/b#${VIA_AZURE_COPY}`, 'copy'],
  ['DELETE', '/account/c/b', 'delete'],
  ['PUT', '/account/c/b?comp=block&blockid=1', 'multipart-part'],
  ['PUT', `/account/c/b?comp=block&blockid=1#${VIA_AZURE_COPY}`, 'multipart-copy'],
  ['PUT', '/account/c/b?comp=blocklist', 'multipart-complete'],
  ['GET', '/account/c/b?comp=blocklist', 'list-parts'],
  ['PUT', '/account/c/b?comp=lease', 'object'],
  ['PUT', '/account/c/b?comp=snapshot', 'object'],
  ['PATCH', '/account/c/b', 'other'],
];

/** Asks as a case says; what comes after `#` is the name of a header. */
async function send(origin: string, [method, url]: Case, headers: object): Promise<void> {
  const [target = '', header] = url.split('#');
  const more = header === undefined ? {} : { [header]: '/b/source' };
  await ask(origin + target, { method, headers: { ...headers, ...more } });
}

test.each([
  ['s3', s3, {}],
  ['gcs', gcs, {}],
  ['azure', azure, { 'x-ms-version': '2026-06-06' }],
] as const)('what is asked of %s', async (protocol, cases, headers) => {
  await using store = await startStore((_from, to) => to.end());
  await using told = await startFaultProxy({ target: store.url, protocol });
  await using seen = await startFaultProxy({ target: store.url });
  for (const each of cases) {
    await send(told.url, each, {});
    await send(seen.url, each, headers);
  }
  const expected = cases.map(([method, , operation]) => [protocol, method, operation]);
  const found = (proxy: typeof told): unknown =>
    proxy.requests.map(({ protocol: spoken, method, operation }) => [spoken, method, operation]);
  expect(found(told)).toEqual(expected);
  // Nothing tells that a request for a token is Google's.
  const unclear = (row: readonly unknown[]): boolean => row[2] !== 'auth';
  expect((found(seen) as unknown[][]).slice(0, expected.filter(unclear).length)).toEqual(
    expected.filter(unclear),
  );
});

test.each<[headers: Record<string, string>, url: string, expected: [Protocol, Operation]]>([
  [{ host: 'bucket.localhost:80' }, '/k', ['s3', 'get']],
  [{ host: 'bucket.localhost:80' }, '/?list-type=2', ['s3', 'list']],
  [{}, '/account/c/b?sv=2026-06-06&sig=x', ['azure', 'get']],
  [{ 'x-goog-api-client': 'x' }, '/b/k', ['gcs', 'get']],
])('%o of %s', async (headers, url, expected) => {
  await using store = await startStore((_from, to) => to.end());
  await using proxy = await startFaultProxy({ target: store.url });
  await ask(proxy.url + url, { headers });
  expect(proxy.requests.map(({ protocol, operation }) => [protocol, operation])).toEqual([
    expected,
  ]);
});
