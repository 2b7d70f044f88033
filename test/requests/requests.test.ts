import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { collect, type GcReport } from '@dunnage/core';
import type { Counts } from '@dunnage/conformance/proxy';
import type { StorageDriver } from '@dunnage/driver-api';
import { createMemoryDriver } from '@dunnage/driver-memory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeTree } from '../bench/tree.ts';
import { type CountedStore, STORES } from './stores.ts';

/** Enough that what a run asks once, whatever the size, is less than the tolerance. */
const BLOBS = 6000;
const TOLERANCE = 1.05;
/** What it costs to cut the two listings into ranges: finding these, and a last page of each that is not full. */
const SHARDS = 24;
/** What a run asks once: capabilities, its lock, its journal, the registry's own locks. */
const ONCE = 24;
/** Kinds and waves: each ends with a batch that is not full. */
const STAGES = 8;

interface Tree {
  readonly objects: ReadonlyMap<string, Uint8Array>;
  /** Distinct manifests. */
  readonly manifests: number;
}

const tree = readTree();

describe.each(STORES)('the requests of a run on $name', (kind) => {
  let store: CountedStore;
  let cache: StorageDriver;
  const { keysPerPage, keysPerDelete } = kind;
  const pages = ['docker/registry/v2/repositories/', 'docker/registry/v2/blobs/']
    .map((prefix) => [...tree.objects.keys()].filter((key) => key.startsWith(prefix)).length)
    .reduce((sum, keys) => sum + Math.ceil(keys / keysPerPage), 0);

  beforeAll(async () => {
    store = await kind.start();
    cache = createMemoryDriver();
    const old = Date.now() - 24 * 3_600_000;
    for (const [name, bytes] of tree.objects) store.put(name, bytes, old);
  });
  afterAll(async () => {
    await store[Symbol.asyncDispose]();
    await cache.close();
  });

  async function run(dryRun: boolean): Promise<{ report: GcReport; counts: Counts; all: number }> {
    store.proxy.forget();
    const options = { deleteUntagged: true, minAgeMs: 0, maxDeletePercent: 100, lockSettleMs: 0 };
    const driver = dryRun ? store.drivers.reading : store.drivers.deleting;
    const report = await collect(driver, { ...options, dryRun, cache });
    const counts = store.proxy.counts();
    expect(report.status).toBe('done');
    return { report, counts, all: Object.values(counts).reduce((sum, count) => sum + count, 0) };
  }

  test('a cold run lists pages and reads each manifest once, and nothing else', async () => {
    const { report, counts, all } = await run(true);
    expect(report.planned.objects).toBeGreaterThan(1000);
    expect(counts.list ?? 0).toBeGreaterThanOrEqual(pages);
    expect(counts.list ?? 0).toBeLessThanOrEqual(pages + SHARDS);
    // No link is read: its name or the hash in the listing tells what it holds. One is our own lock.
    expect(counts.get).toBe(tree.manifests + 1);
    expect(counts.put ?? counts.delete).toBeUndefined();
    // Whether the store takes batches is asked with a batch of reads.
    expect(counts['bulk-delete'] ?? 0).toBeLessThanOrEqual(1);
    expect(all).toBeLessThanOrEqual(TOLERANCE * (pages + SHARDS + tree.manifests));
    expect(all - (counts.list ?? 0) - (counts.get ?? 0)).toBeLessThanOrEqual(ONCE);
  });

  test('a warm run reads no manifest that it has read before', async () => {
    const { counts } = await run(true);
    expect(counts.get).toBe(1);
    expect(counts.list ?? 0).toBeLessThanOrEqual(pages + SHARDS);
  });

  test('a real run deletes in full batches', async () => {
    const { report, counts } = await run(false);
    const deleted = Object.values(report.deleted).reduce((sum, { count }) => sum + count, 0);
    expect(deleted).toBe(report.planned.objects);
    expect(counts['bulk-delete'] ?? 0).toBeGreaterThanOrEqual(Math.ceil(deleted / keysPerDelete));
    expect(counts['bulk-delete'] ?? 0).toBeLessThanOrEqual(
      TOLERANCE * (deleted / keysPerDelete) + STAGES,
    );
    const own = ['put', 'get', 'head', 'delete', 'bucket', 'other'] as const;
    expect(own.reduce((sum, name) => sum + (counts[name] ?? 0), 0)).toBeLessThanOrEqual(ONCE);
  });
});

function readTree(): Tree {
  const directory = mkdtempSync(join(tmpdir(), 'dunnage-requests-'));
  try {
    writeTree(directory, BLOBS);
    const objects = new Map(
      readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((path) => [relative(directory, path), readFileSync(path)] as const),
    );
    const linked = [...objects.keys()]
      .map((key) => /\/_manifests\/revisions\/sha256\/([0-9a-f]{64})\/link$/.exec(key)?.[1])
      .filter((digest) => digest !== undefined);
    return { objects, manifests: new Set(linked).size };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
