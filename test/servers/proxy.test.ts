import { randomBytes } from 'node:crypto';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { BlobServiceClient } from '@azure/storage-blob';
import {
  azure,
  gcs,
  loseAnswer,
  s3,
  spoilUpload,
  startFaultProxy,
} from '@dunnage/conformance/proxy';
import { afterAll, describe, expect, test } from 'vitest';
import { startAzurite } from './azurite.ts';
import { createAzureContainer, createGcsBucket, createS3Bucket, s3Client } from './buckets.ts';
import { startCeph } from './ceph.ts';
import { startFakeGcs } from './fake-gcs.ts';

const servers = {
  ceph: await startCeph(),
  azurite: await startAzurite(),
  gcs: await startFakeGcs(),
};
afterAll(async () => {
  for (const server of Object.values(servers)) await server.close();
});

describe('between the SDK and Ceph', async () => {
  const Bucket = 'proxied';
  await createS3Bucket(servers.ceph, Bucket);
  const proxy = await startFaultProxy({ target: servers.ceph.url });
  const client = s3Client({ ...servers.ceph, url: proxy.url });
  afterAll(async () => {
    client.destroy();
    await proxy.close();
  });

  test('signatures hold, whatever the key, and so does a body that waits for a word', async () => {
    const Body = randomBytes(8 * 1024 * 1024);
    for (const Key of ['a b/ü+%&', 'large']) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
      const { Body: got } = await client.send(new GetObjectCommand({ Bucket, Key }));
      expect(Buffer.from((await got?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
    }
    expect(proxy.counts()).toEqual({ put: 2, get: 2 });
    expect(proxy.requests[2]).toMatchObject({ bytesIn: Body.length, ending: 'answered' });
  });

  test('the SDK takes injected errors for the errors of a store', async () => {
    const list = new ListObjectsV2Command({ Bucket });
    using rule = proxy.inject({ fault: s3.slowDown(), times: 1 });
    // It tries again.
    expect((await client.send(list)).KeyCount).toBe(2);
    expect(rule.struck).toBe(1);
    using refusal = proxy.inject({ fault: s3.error(403, 'AccessDenied', 'no & never') });
    await expect(client.send(list)).rejects.toMatchObject({
      ...{ name: 'AccessDenied', message: 'no & never', $metadata: { httpStatusCode: 403 } },
    });
    expect(refusal.struck).toBe(1);
  });

  test('an error per key, and a key without a word', async () => {
    for (const Key of ['x', 'y&', 'z']) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    }
    using failing = proxy.inject({ fault: s3.perKeyError('y&', 'SlowDown') });
    const Objects = [{ Key: 'x' }, { Key: 'y&' }, { Key: 'z' }];
    const bulk = new DeleteObjectsCommand({ Bucket, Delete: { Objects } });
    const { Deleted, Errors } = await client.send(bulk);
    expect(Deleted?.map(({ Key }) => Key).toSorted()).toEqual(['x', 'z']);
    expect(Errors).toMatchObject([{ Key: 'y&', Code: 'SlowDown' }]);
    failing.remove();
    using silent = proxy.inject({ fault: s3.dropKey('z') });
    const { Deleted: told } = await client.send(bulk);
    expect(told?.map(({ Key }) => Key).toSorted()).toEqual(['x', 'y&']);
    expect(silent.struck).toBe(1);
  });

  test('a listing that leads in a circle', async () => {
    using rule = proxy.inject({ fault: s3.repeatToken() });
    const first = await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 }));
    const token = first.NextContinuationToken;
    const second = await client.send(
      new ListObjectsV2Command({ Bucket, MaxKeys: 1, ContinuationToken: token }),
    );
    expect(second).toMatchObject({ IsTruncated: true, NextContinuationToken: token });
    expect(rule.struck).toBe(2);
  });

  test('a body that was spoilt on its way is refused by the store', async () => {
    using rule = proxy.inject({ when: { operation: 'put' }, fault: spoilUpload() });
    const put = new PutObjectCommand({ Bucket, Key: 'spoilt', Body: 'content' });
    await expect(client.send(put)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    expect(rule.struck).toBeGreaterThan(0);
  });
});

test('between the SDK and Azurite', async () => {
  const { azurite } = servers;
  await createAzureContainer(azurite, 'proxied');
  await using proxy = await startFaultProxy({ target: azurite.url });
  const connection = azurite.connectionString.replace(azurite.url, proxy.url);
  const retryOptions = { maxTries: 1 };
  const service = BlobServiceClient.fromConnectionString(connection, { retryOptions });
  const container = service.getContainerClient('proxied');
  const blobs = ['a b/ü', 'b'].map((name) => container.getBlockBlobClient(name));
  for (const blob of blobs) await blob.upload('content', 7);

  using failing = proxy.inject({
    when: { operation: 'bulk-delete' },
    fault: azure.perPartError('a b/ü', 412, 'LeaseIdMissing'),
  });
  const batch = service.getBlobBatchClient();
  const credential = service.credential;
  const { subResponses } = await batch.deleteBlobs(
    blobs.map(({ url }) => url),
    credential,
  );
  expect(subResponses.map(({ status, errorCode }) => [status, errorCode])).toEqual([
    [412, 'LeaseIdMissing'],
    [202, undefined],
  ]);
  expect(failing.struck).toBe(1);

  using busy = proxy.inject({ fault: azure.serverBusy() });
  await expect(container.getProperties()).rejects.toMatchObject({ code: 'ServerBusy' });
  busy.remove();
  using stray = proxy.inject({ when: { operation: 'list' }, fault: azure.strayKey('stray') });
  const names: string[] = [];
  for await (const { name } of container.listBlobsFlat()) names.push(name);
  expect(names).toEqual(['stray']);
  expect(stray.struck).toBe(1);
  expect(proxy.counts()).toEqual({ put: 2, 'bulk-delete': 1, bucket: 1, list: 1 });
});

test('between a client and fake-gcs-server', async () => {
  await createGcsBucket(servers.gcs, 'proxied');
  await using proxy = await startFaultProxy({ target: servers.gcs.url });
  const objects = `${proxy.url}/storage/v1/b/proxied/o`;
  const upload = `${proxy.url}/upload/storage/v1/b/proxied/o?uploadType=media&name=`;
  const names = ['a b/ü', 'b'];
  for (const name of names) {
    await fetch(upload + encodeURIComponent(name), { method: 'POST', body: 'content' });
  }
  using failing = proxy.inject({
    when: { operation: 'bulk-delete' },
    fault: gcs.perPartError('a b/ü', 429, 'rateLimitExceeded'),
  });
  const parts = names.map((name, index) =>
    [
      ...['--x', 'Content-Type: application/http', `Content-ID: <${index}>`, ''],
      ...[`DELETE /storage/v1/b/proxied/o/${encodeURIComponent(name)} HTTP/1.1`, '', '', ''],
    ].join('\r\n'),
  );
  const answer = await fetch(`${proxy.url}/batch/storage/v1`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/mixed; boundary=x' },
    body: `${parts.join('')}--x--\r\n`,
  });
  expect((await answer.text()).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 429', 'HTTP/1.1 200']);
  expect(failing.struck).toBe(1);

  using stray = proxy.inject({ when: { operation: 'list' }, fault: gcs.strayKey('stray') });
  const listed = (await (await fetch(objects)).json()) as { items: { name: string }[] };
  expect(listed.items.map(({ name }) => name)).toEqual(['stray']);
  stray.remove();

  using lost = proxy.inject({ fault: loseAnswer() });
  await expect(fetch(`${upload}lost`, { method: 'POST', body: 'x' })).rejects.toThrow('fetch');
  lost.remove();
  expect((await fetch(`${objects}/lost`)).status).toBe(200);
  expect(proxy.counts()).toEqual({ put: 3, 'bulk-delete': 1, list: 1, head: 1 });
});
