import { describe, expect, it } from 'vitest';
import { parsePrefix, ROOT, type StorageDriver } from '@dunnage/driver-api';
import {
  countRequests,
  forward,
  readOnly,
  stackLayers,
  withLimit,
  withRetry,
  withTimeout,
} from '@dunnage/core';
import { bareDriver, bodyOf, collected, infoOf, KEY } from './bare-driver.ts';

const LAYERS: Record<string, (driver: StorageDriver) => StorageDriver> = {
  forward: (driver) => forward(driver),
  readOnly,
  countRequests: (driver) => countRequests(driver).driver,
  withLimit: (driver) => withLimit(driver, { concurrency: 2 }),
  withTimeout: (driver) => withTimeout(driver, { timeoutMs: 1000 }),
  withRetry: (driver) => withRetry(driver),
  stackLayers: (driver) => stackLayers(driver, { signal: new AbortController().signal }).driver,
};

const OPTIONAL = [
  'copy',
  'move',
  'versionsOf',
  'undelete',
  'pendingUploads',
  'abortUpload',
  'pruneEmptyDirectories',
  'bulk',
] as const;

/** A driver of which every verb answers with something that only it would say. */
function speaking(): StorageDriver {
  const pages = async function* () {
    yield { objects: [], prefixes: [parsePrefix('page/')], complete: true };
  };
  return bareDriver({
    stat: async () => infoOf(KEY, { etag: 'stat' }),
    get: async () => ({ info: infoOf(KEY, { etag: 'get' }), body: bodyOf('body') }),
    put: async () => infoOf(KEY, { etag: 'put' }),
    copy: async () => infoOf(KEY, { etag: 'copy' }),
    move: async () => infoOf(KEY, { etag: 'move' }),
    undelete: async () => infoOf(KEY, { etag: 'undelete' }),
    abortUpload: async () => {},
    now: async () => 42,
    list: pages,
    versionsOf: pages,
    async *pendingUploads() {
      yield { key: KEY, uploadId: 'u', started: 1 };
    },
    async *delete(requests) {
      for await (const request of requests) yield { request, outcome: 'deleted' };
    },
    async *pruneEmptyDirectories(prefixes) {
      yield* prefixes;
    },
    bulk: {
      async *children(prefixes) {
        for await (const prefix of prefixes) {
          yield { status: 'ok', prefix, objects: ['o'], directories: ['d'] };
        }
      },
      async *stat(keys) {
        for await (const key of keys) yield { status: 'missing', key };
      },
      async *read(keys) {
        for await (const key of keys) {
          yield { status: 'ok', key, info: infoOf(key), bytes: new Uint8Array([1]) };
        }
      },
    },
  });
}

/** What each verb answers, as plain data. */
async function answers(driver: StorageDriver): Promise<Record<string, unknown>> {
  const { body, ...got } = await driver.get(KEY);
  return {
    identity: [driver.name, driver.id, driver.apiVersion],
    capabilities: await driver.capabilities(),
    now: await driver.now(),
    stat: await driver.stat(KEY),
    get: [got, await new Response(body).text()],
    list: await collected(driver.list()),
    versionsOf: driver.versionsOf && (await collected(driver.versionsOf())),
    pendingUploads: driver.pendingUploads && (await collected(driver.pendingUploads())),
    children: driver.bulk && (await collected(driver.bulk.children([ROOT]))),
    bulkStat: driver.bulk && (await collected(driver.bulk.stat([KEY]))),
    bulkRead: driver.bulk && (await collected(driver.bulk.read([KEY], { maxBytes: 9 }))),
  };
}

async function changes(driver: StorageDriver): Promise<Record<string, unknown>> {
  return {
    put: await driver.put(KEY, new Uint8Array()),
    copy: await driver.copy?.(KEY, KEY),
    move: await driver.move?.(KEY, KEY),
    undelete: await driver.undelete?.(KEY, 'v'),
    abortUpload: await driver.abortUpload?.(KEY, 'u'),
    delete: await collected(driver.delete([{ key: KEY }])),
    prune: driver.pruneEmptyDirectories && (await collected(driver.pruneEmptyDirectories([ROOT]))),
  };
}

describe.each(Object.entries(LAYERS))('%s', (_, layer) => {
  it('answers every reading verb as the driver inside does', async () => {
    expect(await answers(layer(speaking()))).toEqual(await answers(speaking()));
  });

  it('has every optional member that the driver inside has', () => {
    const wrapped = layer(speaking());
    for (const member of OPTIONAL) expect(wrapped, member).toHaveProperty(member);
  });

  it.each(OPTIONAL)('has no %s when the driver inside has none', (member) => {
    const inner = { ...speaking() };
    delete inner[member];
    const wrapped = layer(inner);
    expect(member in wrapped).toBe(false);
    for (const other of OPTIONAL) expect(other in wrapped, other).toBe(other !== member);
  });

  it('closes the driver inside', async () => {
    const closed: string[] = [];
    const inner = bareDriver({
      close: async () => void closed.push('close'),
      [Symbol.asyncDispose]: async () => void closed.push('dispose'),
    });
    await layer(inner).close();
    await layer(inner)[Symbol.asyncDispose]();
    expect(closed).toEqual(['close', 'dispose']);
  });
});

const { readOnly: _guard, ...writable } = LAYERS;

it.each(Object.entries(writable))('%s hands every writing verb on', async (_, layer) => {
  expect(await changes(layer(speaking()))).toEqual(await changes(speaking()));
});

it('calls methods on the driver itself, which may be an object of a class', async () => {
  const driver: StorageDriver & { ticks: number } = {
    ...speaking(),
    ticks: 7,
    async now() {
      return this.ticks++;
    },
  };
  const wrapped = forward(driver);
  expect([await wrapped.now(), await wrapped.now(), driver.ticks]).toEqual([7, 8, 9]);
});
