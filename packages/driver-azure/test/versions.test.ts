import { describe, expect, it } from 'vitest';
import { bytes, collect, deleteOne, failure, KEY, key, openContainer, textOf } from './support.ts';

const VERSIONED = { double: { versioning: true } } as const;

it('lists all versions, oldest first, and which is the latest', async () => {
  const { driver, container } = await openContainer(VERSIONED);
  const first = await driver.put(KEY, bytes('first'));
  const second = await driver.put(KEY, bytes('second'));
  await driver.put(key('a/c'), bytes('gone'));
  await deleteOne(driver, 'a/c');
  container.snapshot(KEY);
  const pages = await collect(driver.versionsOf?.() ?? none());
  const seen = pages.flatMap(({ objects }) => objects);
  expect(seen.map(({ key: of, size, latest }) => [of, size, latest])).toEqual([
    [KEY, 5, false],
    [KEY, 6, true],
    ['a/c', 4, false],
  ]);
  expect(seen.slice(0, 2).map(({ version }) => version)).toEqual([first.version, second.version]);
});

async function* none(): AsyncGenerator<never> {
  // Nothing.
}

it('deletes the current version by its name, for which the store has no request', async () => {
  const { driver, container, proxy } = await openContainer(VERSIONED);
  await driver.put(KEY, bytes('first'));
  const second = await driver.put(KEY, bytes('second'));
  proxy.forget();
  const version = second.version ?? '';
  expect((await deleteOne(driver, { key: KEY, version })).outcome).toBe('deleted');
  expect(await driver.stat(KEY)).toBeUndefined();
  expect(container.storedBytes).toBe('first'.length);
  expect((await deleteOne(driver, { key: KEY, version })).outcome).toBe('missing');
});

it('makes an older version the current one again', async () => {
  const { driver } = await openContainer(VERSIONED);
  const first = await driver.put(KEY, bytes('first'));
  await driver.put(KEY, bytes('second'));
  const restored = await driver.undelete?.(KEY, first.version ?? '');
  expect(restored?.checksums).toEqual(first.checksums);
  expect(restored?.version).not.toBe(first.version);
  expect(await textOf(driver, KEY)).toBe('first');
  const error = await failure(async () => driver.undelete?.(KEY, '2020-01-01T00:00:00.0000000Z'));
  expect(error.code).toBe('NOT_FOUND');
});

describe('what an account does with versions', () => {
  it('is found out by writing, where the driver was opened to write, and nothing stays of that', async () => {
    const { driver, container } = await openContainer(VERSIONED);
    expect((await driver.capabilities()).versions).toBe('enabled');
    expect(container.names()).toEqual([]);
    expect(container.storedBytes).toBe(0);
    expect((await collect(driver.versionsOf?.() ?? none()))[0]?.objects).toEqual([]);
  });

  it('shows without writing where there is a blob with a version', async () => {
    const { open, container, proxy } = await openContainer(VERSIONED);
    expect((await open({ readOnly: true }).capabilities()).versions).toBe('unknown');
    container.put(KEY, 'x');
    expect((await open({ readOnly: true }).capabilities()).versions).toBe('enabled');
    expect(proxy.counts()).not.toHaveProperty('put');
    expect(proxy.counts()).not.toHaveProperty('delete');
  });

  it('is asked for once', async () => {
    const { driver, proxy } = await openContainer();
    await driver.capabilities();
    expect(proxy.counts()).toEqual({ bucket: 3, list: 2, put: 1, delete: 1 });
    proxy.forget();
    await driver.capabilities();
    await collect(driver.list());
    expect(proxy.counts()).toEqual({ list: 1 });
  });

  it('goes with policies that keep blobs', async () => {
    const plain = await openContainer();
    expect((await plain.driver.capabilities()).retention).toBe('none');
    const held = await openContainer({ container: { immutableDays: 7 } });
    expect((await held.driver.capabilities()).retention).toBe('possible');
    // What is written there could not be deleted.
    expect(held.container.names()).toEqual([]);
  });
});
