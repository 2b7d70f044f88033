import { expect, it } from 'vitest';
import { bytes, collect, failure, key, openContainer, textOf } from './support.ts';

const BLOCK = Buffer.from('a block').toString('base64');

it('lists what there are only blocks of, and drops those', async () => {
  const { driver, container } = await openContainer();
  container.put('u/whole', 'x');
  container.put('u/empty', '');
  container.stage('u/whole', BLOCK, 'unfinished');
  container.stage('u/begun', BLOCK, 'unfinished');
  const now = await driver.now();
  const [upload] = await collect(driver.pendingUploads?.() ?? none());
  expect(upload?.key).toBe('u/begun');
  expect(upload?.started).toBeGreaterThanOrEqual(now - 1000);
  const stored = container.storedBytes;
  await driver.abortUpload?.(key('u/begun'), upload?.uploadId ?? '');
  expect(await collect(driver.pendingUploads?.() ?? none())).toEqual([]);
  expect(container.storedBytes).toBe(stored - 'unfinished'.length);
  await driver.abortUpload?.(key('u/begun'), upload?.uploadId ?? '');
  expect(container.names()).toEqual(['u/empty', 'u/whole']);
});

async function* none(): AsyncGenerator<never> {
  // Nothing.
}

it('drops no blocks where a blob is, or where a registry could see what that takes', async () => {
  const { driver, container, proxy } = await openContainer();
  container.put('u/whole', 'x');
  container.stage('u/whole', BLOCK, 'unfinished');
  await driver.abortUpload?.(key('u/whole'), 'uncommitted');
  expect(await textOf(driver, key('u/whole'))).toBe('x');
  const data = 'docker/registry/v2/blobs/sha256/ab/abcd/data';
  container.stage(data, BLOCK, 'unfinished');
  proxy.forget();
  const error = await failure(async () => driver.abortUpload?.(key(data), 'uncommitted'));
  expect(error.code).toBe('UNSUPPORTED');
  expect(error.message).toContain('a week');
  expect(proxy.requests).toEqual([]);
});

it('leaves blocks behind when a put is given up, which nobody sees', async () => {
  const { driver, container } = await openContainer({ driver: { singlePutBytes: 4 } });
  const broken = (async function* () {
    yield bytes('0123456789');
    throw new Error('broken');
  })();
  await failure(() => driver.put(key('u/begun'), broken));
  expect(container.names()).toEqual([]);
  const [upload] = await collect(driver.pendingUploads?.() ?? none());
  expect(upload?.key).toBe('u/begun');
});
