import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { dunnage, json, temporaryDirectory } from './support/dunnage.ts';
import { hook, linkPlugins, registration, writePlugin } from './support/plugin.ts';
import { blobsIn, makeRegistry, pull } from './support/registry.ts';

const FS_DRIVER = fileURLToPath(import.meta.resolve('@dunnage/driver-fs'));

/**
 * A driver over fs that sends this process signals when its first object is to be deleted: no clock decides when the
 * interruption comes. Links go before blobs, and in batches of their own, so that blobs are left then.
 */
function interrupting(signals: readonly string[]): string {
  return `
import { createFsDriver } from ${JSON.stringify(FS_DRIVER)};
let deletes = 0;
export async function open(source) {
  const fs = createFsDriver({ root: decodeURIComponent(new URL(source.url).pathname) });
  return new Proxy(fs, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (name === 'id') return source.url;
      if (name === 'delete') return (requests, options) => target.delete(watched(requests), options);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
async function* watched(requests) {
  for await (const request of requests) {
    if (request.key.startsWith('docker/') && ++deletes === 1) {
      for (const signal of ${JSON.stringify(signals)}) process.kill(process.pid, signal);
      await new Promise((resolve) => process.once(${JSON.stringify(signals[0])}, () => setImmediate(resolve)));
    }
    yield request;
  }
}
`;
}

async function interruptedRun(signals: readonly string[], ...flags: readonly string[]) {
  const { root } = await makeRegistry();
  const home = await temporaryDirectory();
  const plugin = await writePlugin(home, {
    name: '@acme/driver-stop',
    hook: hook(registration('stop')),
    files: { 'driver.js': interrupting(signals) },
  });
  await linkPlugins(home, [plugin]);
  const url = `stop://${encodeURI(root)}`;
  const env = { HOME: home };
  const ended = await dunnage(['gc', url, '-m', '--yes', ...flags], { env });
  return { ended, root, env, url };
}

test.each(['SIGINT', 'SIGTERM'])(
  '%s lets the batch finish, gives the lock back and ends with 130',
  async (signal) => {
    const { ended, root, url, env } = await interruptedRun([signal]);
    expect(ended).toMatchObject({ code: 130, signal: null, stdout: '' });
    expect(ended.stderr).toContain('Stopping: finishing what is in flight.');
    expect(ended.stderr).toContain('Stopped:');
    expect(await blobsIn(root)).toHaveLength(11);

    // The lock is free, and the journal leads on. This driver would interrupt that run as well.
    await unlinkInterruption(env.HOME);
    const resumed = await dunnage(['gc', 'resume', url, '--yes', '--json'], { env });
    expect(resumed.code).toBe(0);
    expect(json(resumed)).toMatchObject({ status: 'done', deleted: { blob: { count: 4 } } });
    expect(await blobsIn(root)).toHaveLength(7);
    expect(await pull(root)).toMatchObject({ tags: 2, problems: [] });
    const again = await dunnage(['gc', 'resume', url, '--yes', '--json'], { env });
    expect(json(again)).toMatchObject({ error: { code: 'NOTHING_TO_RESUME' } });
  },
);

test('after an interruption a plain run converges, too', async () => {
  const { root, url, env } = await interruptedRun(['SIGINT']);
  await unlinkInterruption(env.HOME);
  const { code } = await dunnage(['gc', url, '-m', '--yes'], { env });
  expect(code).toBe(0);
  expect(await blobsIn(root)).toHaveLength(7);
});

test('a second Ctrl-C ends at once, and leaves the lock', async () => {
  const { ended, root, url, env } = await interruptedRun(['SIGINT', 'SIGTERM']);
  expect(ended.code).toBe(130);
  expect(ended.stderr).not.toContain('Stopped:');
  expect(await blobsIn(root)).toHaveLength(11);
  const held = await dunnage(['gc', url, '-m', '--yes', '--json'], { env });
  expect(held.code).toBe(5);
  expect(json(held)).toMatchObject({ error: { code: 'LOCKED' } });
  // Who holds it: host and process.
  expect(held.stdout).toMatch(/@\S+, process \d+/);
});

test('--json tells of an interruption as of any error', async () => {
  const { ended } = await interruptedRun(['SIGINT'], '--json');
  expect(ended.code).toBe(130);
  expect(json(ended)).toMatchObject({ error: { code: 'ABORTED', exit: 130 } });
});

/** Puts a driver in the place of the interrupting one that sends no signal. */
async function unlinkInterruption(home: string): Promise<void> {
  await writePlugin(home, {
    name: '@acme/driver-stop',
    hook: hook(registration('stop')),
    files: { 'driver.js': interrupting([]).replace('++deletes === 1', 'false') },
  });
}
