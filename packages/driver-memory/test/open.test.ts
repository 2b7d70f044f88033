import { explainInvalidModule, explainInvalidRegistration } from '@dunnage/driver-api';
import { createMemoryDriver, open } from '@dunnage/driver-memory';
import drivers, { registration } from '@dunnage/driver-memory/plugin';
import { describe, expect, it } from 'vitest';
import { KEY, keysOf, textOf } from './support.ts';

function context(): Parameters<typeof open>[1] & { readonly warnings: string[] } {
  const warnings: string[] = [];
  return { env: {}, warnings, warn: (message) => void warnings.push(message) };
}

describe('open', () => {
  it('opens one storage per name in the whole process', async () => {
    const one = await open({ from: 'url', url: 'mem://shared' }, context());
    const two = await open({ from: 'url', url: 'mem://shared/' }, context());
    const other = await open({ from: 'url', url: 'mem://other' }, context());
    await one.put(KEY, Buffer.from('x'));
    await one.close();
    expect(two.id).toBe('mem://shared');
    expect(await textOf(two, KEY)).toBe('x');
    expect(await keysOf(createMemoryDriver({ name: 'shared' }))).toEqual([KEY]);
    expect(await keysOf(other)).toEqual([]);
  });

  it('imitates the store that the URL names', async () => {
    const driver = await open({ from: 'url', url: 'mem://an-s3?profile=s3' }, context());
    expect((await driver.capabilities()).delete.batchMax).toBe(1000);
  });

  it('imitates a file system by default', async () => {
    const driver = await open({ from: 'url', url: 'mem://by-default' }, context());
    expect((await driver.capabilities()).emptyDirectories).toBe(true);
    expect(driver.bulk).toBeDefined();
  });

  it.each([
    ['mem:', 'name after mem://'],
    ['mem://', 'name after mem://'],
    ['mem://a b', 'mem://'],
    ['mem://-x', 'name after mem://'],
    ['mem://x:80', 'name after mem://'],
    ['mem://x/y', 'no path'],
    [
      'mem://x?profile=floppy',
      'profile is one of fs, s3, s3-versioned, gcs, azure, eventual, plain',
    ],
    ['s3://x', 'mem://'],
    ['x', 'mem://'],
  ])('refuses %s', async (url, why) => {
    await expect(open({ from: 'url', url }, context())).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(why) as string,
    });
  });

  it('refuses a name that is taken by another profile', async () => {
    createMemoryDriver({ name: 'taken', profile: 'gcs' });
    await expect(
      open({ from: 'url', url: 'mem://taken?profile=s3' }, context()),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('exists already with the profile gcs') as string,
    });
    const gcs = await open({ from: 'url', url: 'mem://taken' }, context());
    expect((await gcs.capabilities()).delete.batchMax).toBe(100);
  });

  it('says which parameters it does not know', async () => {
    const host = context();
    await open({ from: 'url', url: 'mem://warned?profil=s3' }, host);
    const parameters = { maxthreads: 100 };
    const driver = await open({ from: 'registry-config', name: 'inmemory', parameters }, host);
    expect(driver.id).toBe('mem://inmemory');
    expect(host.warnings).toEqual([
      'the parameter "profil" is unknown and ignored',
      'storage.inmemory.maxthreads is unknown and ignored',
    ]);
  });
});

describe('createMemoryDriver', () => {
  it('makes a storage of its own where no name is given', async () => {
    const one = createMemoryDriver();
    const two = createMemoryDriver();
    await one.put(KEY, Buffer.from('x'));
    expect(await keysOf(two)).toEqual([]);
    expect(one.id).not.toBe(two.id);
    expect(await keysOf(createMemoryDriver({ store: one.store }))).toEqual([KEY]);
  });

  it('lowers pages and batches to what is asked for', async () => {
    const driver = createMemoryDriver({ profile: 's3', maxPageSize: 3, batchMax: 2 });
    const { list, delete: remove } = await driver.capabilities();
    expect([list.maxPageSize, remove.batchMax]).toEqual([3, 2]);
    for (const name of 'abcd') await driver.put(KEY, Buffer.from(name));
    expect(await keysOf(driver)).toEqual([KEY]);
  });
});

describe('limits that make no sense', () => {
  it.each([0, -1, 1.5, NaN])('are refused: %d', (value) => {
    for (const name of ['maxPageSize', 'batchMax']) {
      expect(() => createMemoryDriver({ [name]: value })).toThrow(
        expect.objectContaining({
          code: 'CONFIG_INVALID',
          message: expect.stringContaining(name) as string,
        }),
      );
    }
  });
});

describe('the plugin', () => {
  it('names the driver and loads it', async () => {
    expect(drivers()).toBe(registration);
    expect(explainInvalidRegistration(registration)).toEqual([]);
    expect(explainInvalidModule(await registration.load())).toEqual([]);
  });
});
