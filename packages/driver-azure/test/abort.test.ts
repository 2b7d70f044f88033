import { hang } from '@dunnage/conformance/proxy';
import type { FaultProxy } from '@dunnage/conformance/proxy';
import { expect, it } from 'vitest';
import { bytes, collect, failure, KEY, key, openContainer } from './support.ts';

/** Waits until the proxy has a request that hangs, by turns of the event loop. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000 && !holds(); turn++) {
    await new Promise((resolve) => void setTimeout(resolve, 1));
  }
  expect(holds()).toBe(true);
}

const endings = (proxy: FaultProxy): string[] => proxy.requests.map(({ ending }) => ending);

it.each(['stat', 'get', 'put', 'list', 'delete', 'batch', 'now', 'capabilities', 'copy'])(
  'an abort reaches the socket of a %s that hangs',
  async (verb) => {
    const { driver, container, proxy } = await openContainer();
    container.put(KEY, 'x');
    if (verb !== 'capabilities') await driver.capabilities();
    proxy.forget();
    proxy.inject({ fault: hang() });
    const abort = new AbortController();
    const { signal } = abort;
    const calls: Record<string, () => Promise<unknown>> = {
      stat: () => driver.stat(KEY, { signal }),
      get: () => driver.get(KEY, { signal }),
      put: () => driver.put(KEY, bytes('y'), { signal }),
      list: () => collect(driver.list({ signal })),
      delete: () => collect(driver.delete([{ key: KEY }], { signal })),
      batch: () => collect(driver.delete([{ key: KEY }, { key: key('a/c') }], { signal })),
      now: () => driver.now({ signal }),
      capabilities: () => driver.capabilities({ signal }),
      copy: async () => driver.copy?.(KEY, key('a/c'), { signal }),
    };
    const failed = failure(async () => calls[verb]?.());
    await until(() => proxy.requests.length > 0);
    expect(endings(proxy)).toContain('open');
    abort.abort(new Error('enough'));
    expect(await failed).toMatchObject({ code: 'ABORTED', retry: 'never' });
    await until(() => !endings(proxy).includes('open'));
    expect(endings(proxy)).toContain('aborted');
    expect(container.object(KEY)?.bytes.toString()).toBe('x');
  },
);

it('closing the driver ends what hangs', async () => {
  const { driver, proxy } = await openContainer();
  proxy.inject({ fault: hang() });
  const failed = failure(() => driver.stat(KEY));
  await until(() => proxy.requests.length > 0);
  await driver.close();
  expect((await failed).code).toBe('CLOSED');
  await until(() => !endings(proxy).includes('open'));
});

it('uses no more connections than it may, and each again', async () => {
  const { open, container, proxy } = await openContainer();
  const driver = open({ concurrency: 3 });
  for (let n = 0; n < 30; n++) container.put(`a/${n}`, 'x');
  let most = 0;
  const watch = (): void => {
    most = Math.max(most, endings(proxy).filter((ending) => ending === 'open').length);
  };
  proxy.inject({ when: () => (watch(), false), fault: hang() });
  await Promise.all(Array.from({ length: 30 }, (_, n) => driver.stat(key(`a/${n}`))));
  expect(proxy.requests).toHaveLength(30);
  expect(most).toBeLessThanOrEqual(3);
});
