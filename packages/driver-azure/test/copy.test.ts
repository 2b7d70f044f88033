import { startAzureDouble } from '@dunnage/doubles/azure';
import { azure } from '@dunnage/conformance/proxy';
import { createAzureDriver } from '@dunnage/driver-azure';
import type { AzureCredentials } from '@dunnage/driver-azure';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bytes, failure, KEY, key, openContainer, textOf } from './support.ts';

const TO = key('c/d');

describe('a copy', () => {
  it('of little is one request between two looks', async () => {
    const { driver, proxy } = await openContainer();
    const original = await driver.put(KEY, bytes('content'));
    proxy.forget();
    const copied = await driver.copy?.(KEY, TO);
    expect(proxy.counts()).toEqual({ copy: 1, head: 2 });
    expect(copied).toMatchObject({ key: TO, size: 7, checksums: original.checksums });
    expect(await textOf(driver, TO)).toBe('content');
  });

  it('of much goes in blocks, and nothing shows before all are there', async () => {
    const { driver, proxy } = await openContainer({ driver: { singleCopyBytes: 3 } });
    const original = await driver.put(KEY, bytes('content'));
    proxy.forget();
    const copied = await driver.copy?.(KEY, TO);
    expect(proxy.counts()).toEqual({ 'multipart-copy': 3, 'multipart-complete': 1, head: 3 });
    expect(copied).toMatchObject({ key: TO, size: 7, checksums: original.checksums });
    proxy.inject({
      when: { operation: 'multipart-copy', nth: 2 },
      fault: azure.serverBusy(),
    });
    const error = await failure(async () => driver.copy?.(KEY, key('c/e')));
    expect(error).toMatchObject({ code: 'THROTTLED', op: 'copy' });
    expect(await driver.stat(key('c/e'))).toBeUndefined();
  });

  it('of what changes meanwhile is no mixture', async () => {
    const { driver, container, proxy } = await openContainer({ driver: { singleCopyBytes: 3 } });
    container.put(KEY, 'content');
    let blocks = 0;
    proxy.inject({
      when: ({ operation }) => {
        if (operation === 'multipart-copy' && ++blocks === 2) container.put(KEY, 'CHANGED');
        return false;
      },
      fault: azure.serverBusy(),
    });
    const error = await failure(async () => driver.copy?.(KEY, TO));
    expect(error).toMatchObject({ code: 'PRECONDITION_FAILED', retry: 'safe' });
    expect(await driver.stat(TO)).toBeUndefined();
  });

  it.each([{}, { singleCopyBytes: 3 }])('keeps to its conditions (%j)', async (options) => {
    const { driver, container } = await openContainer({ driver: options });
    await driver.put(KEY, bytes('content'));
    const { etag } = await driver.put(TO, bytes('kept'));
    container.put(TO, 'newer');
    const copy = async (put: object): Promise<unknown> => driver.copy?.(KEY, TO, put);
    expect((await failure(() => copy({ ifAbsent: true }))).code).toBe('ALREADY_EXISTS');
    expect((await failure(() => copy({ ifMatch: etag }))).code).toBe('PRECONDITION_FAILED');
    expect((await failure(() => copy({ size: 6 }))).code).toBe('CORRUPT');
    expect(await textOf(driver, TO)).toBe('newer');
    await copy({ checksum: { algorithm: 'md5', value: '9a0364b9e99bb480dd25e1f0284c8555' } });
    expect(await textOf(driver, TO)).toBe('content');
  });

  it('needs no more than the credentials that the driver has', async () => {
    const double = await startAzureDouble({ token: 'entra' });
    onTestFinished(() => double.close());
    const container = double.container('registry');
    container.put(KEY, 'content');
    const credentials: readonly AzureCredentials[] = [{ type: 'key', key: double.key }];
    for (const each of credentials) {
      const driver = createAzureDriver({
        container: 'registry',
        endpoint: double.endpoint,
        credentials: each,
      });
      await driver.copy?.(KEY, TO);
      expect(await textOf(driver, TO)).toBe('content');
      await driver.close();
    }
  });
});

describe('a move', () => {
  it('deletes the original as it was copied', async () => {
    const { driver, container, proxy } = await openContainer();
    container.put(KEY, 'content');
    expect(await driver.move?.(KEY, TO)).toMatchObject({ key: TO, size: 7 });
    expect(container.names()).toEqual([TO]);
    container.put(KEY, 'content');
    proxy.inject({
      when: ({ operation }) => {
        if (operation === 'delete') container.put(KEY, 'newer');
        return false;
      },
      fault: azure.serverBusy(),
    });
    const error = await failure(async () => driver.move?.(KEY, TO));
    expect(error).toMatchObject({ code: 'PRECONDITION_FAILED', applied: 'unknown', op: 'move' });
    expect(await textOf(driver, KEY)).toBe('newer');
    expect(await textOf(driver, TO)).toBe('content');
  });

  it('tells what keeps the original', async () => {
    const { driver, container } = await openContainer();
    container.put(KEY, 'content');
    container.snapshot(KEY);
    const error = await failure(async () => driver.move?.(KEY, TO));
    expect(error).toMatchObject({ code: 'LOCKED', applied: 'unknown' });
    expect(error.message).toContain('was copied to "c/d", but not deleted');
  });
});
