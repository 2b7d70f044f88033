import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { BlobServiceClient } from '@azure/storage-blob';
import { describe, expect, test } from 'vitest';
import { startAzurite } from './azurite.ts';
import { createAzureContainer, createGcsBucket, createS3Bucket, s3Client } from './buckets.ts';
import { startCeph } from './ceph.ts';
import { startFakeGcs } from './fake-gcs.ts';
import { Household } from './household.ts';
import type { RunningServer } from './server.ts';
import { startSwift } from './swift.ts';
import { FAKE_GCS, VERSITYGW } from './versions.ts';
import { startVersitygw } from './versitygw.ts';

async function expectGone(server: RunningServer): Promise<void> {
  await server.close();
  await expect(fetch(server.url)).rejects.toThrow('fetch failed');
}

describe.each([
  ['ceph', startCeph],
  ['swift', startSwift],
  ['versitygw', startVersitygw],
])('%s', (_, start) => {
  test('starts, keeps what it is given, wants signatures, and ends', async () => {
    await using server = await start();
    await createS3Bucket(server, 'smoke');
    const client: S3Client = s3Client(server);
    await client.send(new PutObjectCommand({ Bucket: 'smoke', Key: 'a/b', Body: 'content' }));
    const listed = await client.send(new ListObjectsV2Command({ Bucket: 'smoke' }));
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual(['a/b']);
    const got = await client.send(new GetObjectCommand({ Bucket: 'smoke', Key: 'a/b' }));
    expect(await got.Body?.transformToString()).toBe('content');
    client.destroy();

    const stranger = s3Client({ ...server, secretAccessKey: 'wrong' });
    await expect(
      stranger.send(new ListObjectsV2Command({ Bucket: 'smoke' })),
    ).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    stranger.destroy();
    await expectGone(server);
  });
});

test('azurite starts, keeps what it is given, wants signatures, and ends', async () => {
  await using server = await startAzurite();
  await createAzureContainer(server, 'smoke');
  const service = BlobServiceClient.fromConnectionString(server.connectionString);
  const blob = service.getContainerClient('smoke').getBlockBlobClient('a/b');
  await blob.upload('content', 7);
  const { readableStreamBody } = await blob.download();
  expect(readableStreamBody && (await text(readableStreamBody))).toBe('content');
  expect((await fetch(`${server.url}/smoke?restype=container&comp=list`)).ok).toBe(false);
  await expectGone(server);
});

test('fake-gcs-server starts, keeps what it is given, and ends', async () => {
  await using server = await startFakeGcs();
  await createGcsBucket(server, 'smoke');
  const path = `${server.url}/upload/storage/v1/b/smoke/o?uploadType=media&name=a%2Fb`;
  expect((await fetch(path, { method: 'POST', body: 'content' })).status).toBe(200);
  const got = await fetch(`${server.url}/storage/v1/b/smoke/o/a%2Fb?alt=media`);
  expect(await got.text()).toBe('content');
  await expectGone(server);
});

test('who misses a program is told what to install', async () => {
  await using household = await Household.open('test', 'Install it like this.');
  const message =
    'test needs the program dunnage-no-such-program, which is not there. Install it like this.';
  await expect(household.start('dunnage-no-such-program', [])).rejects.toThrow(message);
  await expect(household.run('dunnage-no-such-program')).rejects.toThrow(message);
});

test('a program that ends at once is no server, and what it said is told', async () => {
  await using household = await Household.open('test', '');
  await household.start('sh', ['-c', 'echo what is wrong; exit 3']);
  const never = household.until(() => Promise.resolve(false));
  await expect(never).rejects.toThrow(/^test did not start: sh ended\nwhat is wrong/);
});

test('nothing outlives the process that started it, however it ends', async () => {
  const program = `
    const { Household } = await import('./household.ts');
    const household = await Household.open('test', '');
    const child = await household.start('sh', ['-c', 'sleep 600 & wait']);
    console.log(JSON.stringify([household.directory, child.pid]));
    process.kill(process.pid, process.argv[1]);
    setInterval(() => {}, 1000);
  `;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const args = ['--input-type=module', '--eval', program, signal];
    const ended = spawnSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' });
    expect(ended.signal).toBe(signal);
    const [directory, group] = JSON.parse(ended.stdout) as [string, number];
    expect(existsSync(directory)).toBe(false);
    const alive = (): string =>
      spawnSync('pgrep', ['--runstates', 'R,S,D', '--pgroup', String(group)]).stdout.toString();
    // It was told to end, which takes a moment.
    await expect.poll(alive).toBe('');
  }
});

test('users, and the checks of each change, get the versions that the tests are for', () => {
  const read = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8');
  const manifest = JSON.parse(read('../package.json')) as {
    devDependencies: Record<string, string>;
  };
  const compose = read('compose.yaml');
  expect(compose).toContain(`image: versity/versitygw:${VERSITYGW}\n`);
  expect(compose).toContain(`image: fsouza/fake-gcs-server:${FAKE_GCS.slice(1)}\n`);
  expect(compose).toContain(`/azurite:${manifest.devDependencies['azurite']}\n`);
  const checks = read('../../.ci/run');
  expect(checks).toContain(`/versitygw@${VERSITYGW}\n`);
  expect(checks).toContain(`/fake-gcs-server@${FAKE_GCS}\n`);
});
