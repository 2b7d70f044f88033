import { randomBytes } from 'node:crypto';
import { startGcsDouble } from '@dunnage/doubles/gcs';
import type { GcsContainer, GcsDouble, GcsRequest } from '@dunnage/doubles/gcs';
import { Storage } from '@google-cloud/storage';
import type { ApiError, Bucket, StorageOptions } from '@google-cloud/storage';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const NO_RETRIES = { retryOptions: { autoRetry: false } } as const;

/** The vendor's SDK works against the double as it is. */
describe('the SDK and the double', () => {
  let requests: GcsRequest[];
  let double: GcsDouble;
  let container: GcsContainer;
  let bucket: Bucket;

  beforeEach(async () => {
    requests = [];
    double = await startGcsDouble({ onRequest: (request) => requests.push(request) });
    container = double.container('bucket-1', { versioning: true });
    bucket = storage().bucket('bucket-1');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await double.close();
  });

  function storage(options: StorageOptions = {}): Storage {
    return new Storage({
      apiEndpoint: double.url,
      projectId: 'test',
      ...NO_RETRIES,
      ...options,
    });
  }

  it('writes and reads', async () => {
    const file = bucket.file('a/b c');
    await file.save('hello', { resumable: false, metadata: { metadata: { k: 'v' } } });
    const [bytes] = await file.download();
    const [part] = await file.download({ start: 1, end: 2 });
    const [metadata] = await file.getMetadata();
    expect(bytes.toString()).toBe('hello');
    expect(part.toString()).toBe('el');
    expect(metadata).toMatchObject({ name: 'a/b c', size: '5', metadata: { k: 'v' } });
    expect(container.object('a/b c')?.generation).toBe(metadata.generation);
  });

  it('uploads in chunks, and verifies checksums', async () => {
    const bytes = randomBytes(500_000);
    await bucket.file('large').save(bytes, { resumable: true, chunkSize: 256 * 1024 });
    expect(container.object('large')?.data.equals(bytes)).toBe(true);
    expect(requests.filter(({ method }) => method === 'PUT')).toHaveLength(2);
    expect((await bucket.file('large').download({ validation: 'crc32c' }))[0].length).toBe(500_000);
  });

  it('gives an upload up', async () => {
    const [session] = await bucket.file('never').createResumableUpload();
    const answer = await fetch(session, { method: 'DELETE' });
    expect(answer.status).toBe(499);
    expect(container.names()).toEqual([]);
  });

  it('lists page by page', async () => {
    for (let index = 0; index < 2500; index++) container.put(`o/${index}`, 'x');
    const [files] = await bucket.getFiles({ prefix: 'o/' });
    expect(files).toHaveLength(2500);
    expect(requests.filter(({ path }) => path.endsWith('/o'))).toHaveLength(3);
  });

  it('lists prefixes and versions', async () => {
    for (const name of ['a/1', 'a/1', 'a/2', 'b']) container.put(name, 'x');
    const [files, , answer] = await bucket.getFiles({ delimiter: '/', autoPaginate: false });
    const [versions] = await bucket.getFiles({ versions: true });
    expect(files.map(({ name }) => name)).toEqual(['b']);
    expect(answer).toMatchObject({ prefixes: ['a/'] });
    expect(versions.map(({ name }) => name)).toEqual(['a/1', 'a/1', 'a/2', 'b']);
  });

  it('deletes under conditions', async () => {
    const generation = container.put('a', 'x');
    const file = bucket.file('a');
    const refused = await failure(file.delete({ ifGenerationMatch: 1 }));
    expect([refused.code, refused.errors?.[0]?.reason]).toEqual([412, 'conditionNotMet']);
    await file.delete({ ifGenerationMatch: generation });
    expect(container.names()).toEqual([]);
  });

  it('copies, moves and composes', async () => {
    container.put('a', 'hel');
    container.put('b', 'lo');
    await bucket.file('a').copy(bucket.file('copy'));
    await bucket.combine(['a', 'b'], bucket.file('composed'));
    await bucket.file('a').moveFileAtomic('moved');
    expect(container.names()).toEqual(['b', 'composed', 'copy', 'moved']);
    expect(container.object('composed')).toMatchObject({ md5: undefined, componentCount: 2 });
    expect(container.object('moved')?.data.toString()).toBe('hel');
  });

  it('copies what is large in several calls', async () => {
    await double.close();
    double = await startGcsDouble({
      rewriteBytesPerCall: 1024 * 1024,
      onRequest: (request) => requests.push(request),
    });
    container = double.container('bucket-1');
    bucket = storage().bucket('bucket-1');
    const bytes = randomBytes(2_500_000);
    container.put('a', bytes);
    await bucket.file('a').copy(bucket.file('b'));
    expect(container.object('b')?.data.equals(bytes)).toBe(true);
    expect(requests.filter(({ path }) => path.includes('/rewriteTo/'))).toHaveLength(3);
  });

  it('changes metadata, sets holds and restores', async () => {
    const file = bucket.file('a');
    container.set({ versioning: false, softDeleteSeconds: 604_800 });
    const generation = container.put('a', 'x');
    await file.setMetadata({ temporaryHold: true, metadata: { k: 'v' } });
    const held = await failure(file.delete());
    expect([held.code, held.message]).toEqual([
      403,
      "Object 'bucket-1/a' is under active Temporary hold and cannot be deleted, overwritten or archived until hold is removed.",
    ]);
    await file.setMetadata({ temporaryHold: false });
    await file.delete();
    expect(container.names()).toEqual([]);
    expect(container.generations('a', 'soft-deleted').map((one) => one.generation)).toEqual([
      generation,
    ]);
    await file.restore({ generation: Number(generation) });
    expect(container.names()).toEqual(['a']);
  });

  it('tells no bucket from no object', async () => {
    const noObject = await failure(bucket.file('a').getMetadata());
    const noBucket = await failure(storage().bucket('nowhere').file('a').getMetadata());
    const noBytes = await failure(bucket.file('a').download());
    expect([noObject.code, noObject.message]).toEqual([404, 'No such object: bucket-1/a']);
    expect([noBucket.code, noBucket.message]).toEqual([
      404,
      'The specified bucket does not exist.',
    ]);
    expect([noBytes.code, noBytes.message]).toEqual([404, 'No such object: bucket-1/a']);
    expect(await bucket.file('a').exists()).toEqual([false]);
    expect(await bucket.exists()).toEqual([true]);
  });

  it('makes and asks about buckets', async () => {
    const [made] = await storage().createBucket('made-here', { versioning: { enabled: true } });
    const [metadata] = await made.getMetadata();
    expect(metadata).toMatchObject({
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: '604800' },
    });
    const [permissions] = await made.iam.testPermissions('storage.objects.delete');
    expect(permissions).toEqual({ 'storage.objects.delete': true });
    await made.delete();
    expect(await made.exists()).toEqual([false]);
  });

  it('is found by STORAGE_EMULATOR_HOST', async () => {
    vi.stubEnv('STORAGE_EMULATOR_HOST', double.url);
    const client = new Storage({ projectId: 'test', ...NO_RETRIES });
    const file = client.bucket('bucket-1').file('a/b');
    await file.save('small', { resumable: false });
    await file.save('large', { resumable: true });
    expect((await file.download())[0].toString()).toBe('large');
    expect((await client.bucket('bucket-1').getFiles())[0].map(({ name }) => name)).toEqual([
      'a/b',
    ]);
    await file.delete();
    expect(container.names()).toEqual([]);
  });
});

async function failure(action: Promise<unknown>): Promise<ApiError> {
  return action.then(
    () => expect.unreachable('it worked'),
    (error: unknown) => error as ApiError,
  );
}
