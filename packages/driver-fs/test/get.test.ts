import {
  appendFileSync,
  readdirSync,
  readlinkSync as realPath,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collect, failure, key, openDriver, tempRoot, text } from './support.ts';

const openFiles = (root: string): string[] => (process.platform === 'linux' ? openBelow(root) : []);

function openBelow(root: string): string[] {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return realPath(`/proc/self/fd/${fd}`).startsWith(root);
    } catch {
      return false;
    }
  });
}

describe('get', () => {
  test('gives ranges as asked', async () => {
    const driver = openDriver(tempRoot({ a: '0123456789', empty: '' }));
    const get = async (range?: { start: number; end?: number }): Promise<string> =>
      text((await driver.get(key('a'), range === undefined ? {} : { range })).body);
    expect(await get()).toBe('0123456789');
    expect(await get({ start: 3 })).toBe('3456789');
    expect(await get({ start: 3, end: 5 })).toBe('34');
    expect(await get({ start: 9, end: 99 })).toBe('9');
    expect(await text((await driver.get(key('empty'))).body)).toBe('');
    for (const range of [{ start: 10 }, { start: 11, end: 12 }]) {
      const error = await failure(driver.get(key('a'), { range }));
      expect(error).toMatchObject({ code: 'RANGE_NOT_SATISFIABLE' });
    }
    for (const range of [
      { start: -1 },
      { start: 1.5 },
      { start: 4, end: 4 },
      { start: 4, end: 3 },
    ]) {
      const error = await failure(driver.get(key('a'), { range }));
      expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    expect((await driver.get(key('a'), { range: { start: 2 } })).info.size).toBe(10);
  });

  test('reads no more than is taken, and closes the file in each way that it can end', async () => {
    const root = tempRoot();
    const size = 3_000_000;
    const content = Buffer.alloc(size, 'abcdefg');
    writeFileSync(join(root, 'big'), content);
    const driver = openDriver(root);

    const whole = await driver.get(key('big'));
    expect(Buffer.concat(await collect(whole.body)).equals(content)).toBe(true);

    const cancelled = await driver.get(key('big'));
    const reader = cancelled.body.getReader();
    const first = await reader.read();
    expect(first.value?.length).toBeLessThan(size / 2);
    expect(openFiles(root).length).toBe(process.platform === 'linux' ? 1 : 0);
    await reader.cancel();
    expect(openFiles(root)).toEqual([]);

    const controller = new AbortController();
    const aborted = await driver.get(key('big'), { signal: controller.signal });
    controller.abort();
    expect(await failure(text(aborted.body))).toMatchObject({ code: 'ABORTED', key: 'big' });

    const orphan = await driver.get(key('big'));
    await driver.close();
    expect(openFiles(root)).toEqual([]);
    expect(await failure(text(orphan.body))).toMatchObject({ code: 'CLOSED' });
  });

  test('fails with CORRUPT when the file is cut meanwhile, and gives the old end when it grows', async () => {
    const root = tempRoot();
    writeFileSync(join(root, 'big'), Buffer.alloc(1_000_000));
    const driver = openDriver(root);
    const cut = await driver.get(key('big'));
    truncateSync(join(root, 'big'), 300_000);
    expect(await failure(text(cut.body))).toMatchObject({ code: 'CORRUPT', key: 'big' });
    const grown = await driver.get(key('big'));
    appendFileSync(join(root, 'big'), 'more');
    expect(await text(grown.body)).toHaveLength(300_000);
  });

  test('honours ifMatch, and refuses versions', async () => {
    const root = tempRoot({ a: 'one' });
    const driver = openDriver(root);
    const { etag = '' } = (await driver.stat(key('a'))) ?? {};
    expect(await text((await driver.get(key('a'), { ifMatch: etag })).body)).toBe('one');
    writeFileSync(join(root, 'a'), 'two');
    const error = await failure(driver.get(key('a'), { ifMatch: etag }));
    expect(error).toMatchObject({ code: 'PRECONDITION_FAILED' });
    expect(openFiles(root)).toEqual([]);
    for (const verb of ['stat', 'get'] as const) {
      const refused = await failure(driver[verb](key('a'), { version: '1' }));
      expect(refused).toMatchObject({ code: 'UNSUPPORTED' });
    }
  });
});

describe('missing', () => {
  test('is said only where it is certain', async () => {
    const root = tempRoot({ 'a/file': 'x' });
    const driver = openDriver(root);
    for (const name of ['b', 'a', 'a/c', 'b/c/d', 'a/file/below']) {
      expect(await driver.stat(key(name))).toBeUndefined();
      expect(await failure(driver.get(key(name)))).toMatchObject({ code: 'NOT_FOUND', key: name });
    }
    const missing = openDriver(join(root, 'missing'));
    for (const verb of ['stat', 'get'] as const) {
      const error = await failure(missing[verb](key('a')));
      expect(error).toMatchObject({ code: 'CONTAINER_NOT_FOUND' });
    }
    const file = openDriver(join(root, 'a/file'));
    expect(await failure(file.stat(key('a')))).toMatchObject({ code: 'CONTAINER_NOT_FOUND' });
  });
});

test('one signal for hundreds of operations is no leak', async () => {
  const root = tempRoot({ a: 'x' });
  const driver = openDriver(root);
  const warnings: string[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning.message);
  process.on('warning', onWarning);
  const controller = new AbortController();
  const { signal } = controller;
  const operations = Array.from({ length: 200 }, () => [
    driver.stat(key('a'), { signal }),
    driver.get(key('a'), { signal }).then(({ body }) => text(body)),
  ]);
  await Promise.all(operations.flat());
  const late = driver.get(key('a'), { signal });
  const { body } = await late;
  controller.abort();
  expect(await failure(text(body))).toMatchObject({ code: 'ABORTED' });
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});
