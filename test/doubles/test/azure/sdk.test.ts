import { BlobSASPermissions, BlobServiceClient, RestError } from '@azure/storage-blob';
import type { ContainerClient } from '@azure/storage-blob';
import { Readable } from 'node:stream';
import { startAzureDouble } from '@dunnage/doubles/azure';
import type { AzureDoubleOptions } from '@dunnage/doubles/azure';
import { describe, expect, it } from 'vitest';

/** The vendor's SDK as it is, with its own ideas of what answers look like. */
describe('the SDK works with the double', () => {
  it('writing, reading, listing', async () => {
    await using desk = await sdk();
    const { container } = desk;
    const small = container.getBlockBlobClient('a/small');
    const { etag } = await small.upload('hello', 5, { conditions: { ifNoneMatch: '*' } });
    const bytes = Buffer.alloc(3_000_000, 'x');
    const large = container.getBlockBlobClient('large');
    await large.uploadStream(Readable.from([bytes]), 1_000_000, 2);
    expect((await large.downloadToBuffer()).equals(bytes)).toBe(true);
    expect((await small.downloadToBuffer(1, 3)).toString()).toBe('ell');
    const properties = await small.getProperties();
    expect([properties.contentLength, properties.etag]).toStrictEqual([5, etag]);
    const pages = container.listBlobsFlat({ includeMetadata: true }).byPage({ maxPageSize: 1 });
    const names: string[] = [];
    for await (const page of pages) names.push(...page.segment.blobItems.map(({ name }) => name));
    expect(names).toStrictEqual(['a/small', 'large']);
    const kinds: string[] = [];
    for await (const item of container.listBlobsByHierarchy('/'))
      kinds.push(`${item.kind} ${item.name}`);
    expect(kinds).toStrictEqual(['prefix a/', 'blob large']);
  });

  it('names that XML can not carry come back as they are', async () => {
    await using desk = await sdk();
    const { container } = desk;
    const name = '100%-\u{fffe}/ü&<name>';
    await container.getBlockBlobClient(name).upload('x', 1);
    const names: string[] = [];
    for await (const blob of container.listBlobsFlat()) names.push(blob.name);
    expect(names).toStrictEqual([name]);
  });

  it('deletes in batches', async () => {
    await using desk = await sdk();
    const { service, container } = desk;
    const blobs = ['a', 'b//c', 'ü', 'missing'].map((name) => container.getBlockBlobClient(name));
    for (const blob of blobs.slice(0, 3)) await blob.upload('x', 1);
    const whole = await service
      .getBlobBatchClient()
      .deleteBlobs([...blobs.slice(0, 2), ...blobs.slice(3)]);
    expect(whole.subResponses.map(({ status, errorCode }) => [status, errorCode])).toStrictEqual([
      [202, undefined],
      [202, undefined],
      [404, 'BlobNotFound'],
    ]);
    const scoped = await container.getBlobBatchClient().deleteBlobs(blobs.slice(2, 3));
    expect(scoped.subResponsesSucceededCount).toBe(1);
  });

  it('copies, waits for copies and aborts them', async () => {
    await using desk = await sdk({ pendingCopyAnswers: 2 });
    const { container } = desk;
    const from = container.getBlockBlobClient('from');
    await from.upload('hello', 5);
    const to = container.getBlockBlobClient('to');
    const poller = await to.beginCopyFromURL(from.url, { intervalInMs: 1 });
    expect((await to.getProperties()).copyStatus).toBe('pending');
    expect(await codeOf(to.delete())).toBe('PendingCopyOperation');
    expect((await poller.pollUntilDone()).copyStatus).toBe('success');
    expect((await to.downloadToBuffer()).toString()).toBe('hello');
    const aborted = container.getBlockBlobClient('aborted');
    await aborted.beginCopyFromURL(from.url, { intervalInMs: 1 });
    await aborted.abortCopyFromURL((await aborted.getProperties()).copyId ?? '');
    expect((await aborted.getProperties()).copyStatus).toBe('aborted');
  });

  it('copies and stages blocks from a URL that carries its own rights', async () => {
    await using desk = await sdk();
    const { container } = desk;
    const from = container.getBlockBlobClient('from');
    await from.upload('hello world', 11);
    const to = container.getBlockBlobClient('to');
    expect(await codeOf(to.syncCopyFromURL(from.url))).toBe('CannotVerifyCopySource');
    const url = await from.generateSasUrl({
      permissions: BlobSASPermissions.parse('r'),
      expiresOn: new Date(Date.now() + 60_000),
    });
    expect((await to.syncCopyFromURL(url)).copyStatus).toBe('success');
    const whole = container.getBlockBlobClient('whole');
    await whole.syncUploadFromURL(url, { conditions: { ifNoneMatch: '*' } });
    expect((await whole.downloadToBuffer()).toString()).toBe('hello world');
    const id = Buffer.from('block').toString('base64');
    await to.stageBlockFromURL(id, url, 6, 5);
    await to.commitBlockList([id]);
    expect((await to.downloadToBuffer()).toString()).toBe('world');
  });

  it('versions, snapshots and what was deleted', async () => {
    await using desk = await sdk({ versioning: true, softDeleteDays: 5 });
    const { service, container } = desk;
    const blob = container.getBlockBlobClient('a');
    const first = await blob.upload('one', 3);
    const second = await blob.upload('two', 3);
    const old = blob.withVersion(first.versionId ?? '');
    expect((await old.downloadToBuffer()).toString()).toBe('one');
    await old.delete();
    expect(await old.exists()).toBe(false);
    await blob.undelete();
    expect(await old.exists()).toBe(true);
    const found: unknown[] = [];
    for await (const item of container.listBlobsFlat({ includeVersions: true })) {
      found.push([item.versionId, item.isCurrentVersion]);
    }
    expect(found).toStrictEqual([
      [first.versionId, undefined],
      [second.versionId, true],
    ]);
    const { deleteRetentionPolicy } = await service.getProperties();
    expect([deleteRetentionPolicy?.enabled, deleteRetentionPolicy?.days]).toStrictEqual([true, 5]);
  });

  it('tokens, which the SDK gives to HTTPS only', async () => {
    await using double = await startAzureDouble({ token: 'known', tls: true });
    double.container('box').put('a', 'hello');
    const options = { tlsOptions: { ca: double.certificate }, retryOptions: { maxTries: 1 } };
    const service = (token: string): BlobServiceClient =>
      new BlobServiceClient(
        double.endpoint,
        { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) },
        options,
      );
    const blob = service('known').getContainerClient('box').getBlobClient('a');
    expect((await blob.downloadToBuffer()).toString()).toBe('hello');
    const batch = await service('known').getBlobBatchClient().deleteBlobs([blob]);
    expect(batch.subResponses.map(({ status }) => status)).toStrictEqual([202]);
    expect(await codeOf(service('stale').getProperties())).toBe('InvalidAuthenticationInfo');
  });

  it('appends, leases, tags and metadata', async () => {
    await using desk = await sdk();
    const { container } = desk;
    const log = container.getAppendBlobClient('log');
    await log.create({ metadata: { kind: 'log' } });
    await log.appendBlock('line', 4, { conditions: { appendPosition: 0 } });
    const lease = log.getBlobLeaseClient();
    await lease.acquireLease(15);
    expect(await codeOf(log.delete())).toBe('LeaseIdMissing');
    await lease.releaseLease();
    await log.setTags({ state: 'new' });
    expect((await log.getTags()).tags).toStrictEqual({ state: 'new' });
    expect((await log.getProperties()).metadata).toStrictEqual({ kind: 'log' });
    expect((await log.downloadToBuffer()).toString()).toBe('line');
  });
});

interface Desk extends AsyncDisposable {
  readonly service: BlobServiceClient;
  readonly container: ContainerClient;
}

async function sdk(options: AzureDoubleOptions = {}): Promise<Desk> {
  const double = await startAzureDouble(options);
  const service = BlobServiceClient.fromConnectionString(double.connectionString, {
    retryOptions: { maxTries: 1 },
  });
  const container = service.getContainerClient('box');
  await container.create();
  return { service, container, [Symbol.asyncDispose]: () => double.close() };
}

async function codeOf(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof RestError) return error.code;
    throw error;
  }
}
