import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type Counts, startFaultProxy, type FaultProxy } from '@dunnage/conformance/proxy';
import { parseKey, type StorageDriver } from '@dunnage/driver-api';
import type { Bucket } from '../support/bucket.ts';
import { writeConfig } from '../support/registry-server.ts';
import type { BucketServer, Front } from '../support/stores.ts';
import { type Collector, dunnage, type Task, TASKS } from './collectors.ts';
import { measure, median } from './measure.ts';
import type { TreeFacts } from './tree.ts';

/** A store to compare on, and with whom. */
export interface ComparedStore {
  readonly name: string;
  readonly start: (front: Front) => Promise<BucketServer>;
  /** The registry's collectors that have a driver for it. */
  readonly others: readonly Collector[];
}

/** What one collector needed for one task. */
export interface BucketRow {
  readonly task: string;
  readonly collector: string;
  /** Medians, in seconds. */
  readonly wall: number;
  readonly cpu: number;
  /** Requests that the store saw, by operation. */
  readonly requests: Counts;
}

export interface StoreResult {
  readonly store: string;
  readonly rows: readonly BucketRow[];
}

/** How many objects are written at a time when a bucket is filled. */
const WRITERS = 32;

/** Gives each task to each collector in turn, each time on a bucket that was filled anew. */
export async function compareOnBuckets(
  { name, start, others }: ComparedStore,
  tree: TreeFacts,
  rounds: number,
  say: (line: string) => void,
): Promise<StoreResult> {
  let proxy: FaultProxy | undefined;
  await using server = await start(async (target) => {
    proxy = await startFaultProxy({ target });
    return proxy.url;
  });
  if (proxy === undefined) throw new Error(`${name} has nothing in front of it`);
  await using counter = proxy;
  const rows: BucketRow[] = [];
  for (const task of TASKS) {
    const outcomes = new Set<string>();
    for (const collector of [dunnage, ...others]) {
      const runs: Run[] = [];
      for (let round = 0; round < rounds; round++) {
        const run = await once(await server.bucket(), tree, collector, task, counter);
        outcomes.add(run.blobs);
        runs.push(run);
      }
      const row = summarise(task, collector, runs);
      say(`  ${task.name}, ${row.collector}: ${total(row)} requests, ${row.wall.toFixed(2)} s`);
      rows.push(row);
    }
    if (outcomes.size !== 1) throw new Error(`${name}, ${task.name}: other blobs are left`);
  }
  return { store: name, rows };
}

/** All requests of a row. */
export function total({ requests }: BucketRow): number {
  return Object.values(requests).reduce((sum, count) => sum + count, 0);
}

interface Run {
  readonly wall: number;
  readonly cpu: number;
  readonly requests: Counts;
  readonly blobs: string;
}

async function once(
  bucket: Bucket,
  tree: TreeFacts,
  collector: Collector,
  task: Task,
  proxy: FaultProxy,
): Promise<Run> {
  const directory = await mkdtemp(join(tmpdir(), 'dunnage-bench-'));
  await using driver = await bucket.look();
  try {
    await fill(driver, tree.directory);
    const config = await writeConfig(directory, { [bucket.section]: bucket.parameters });
    const command = collector.command(task, config);
    proxy.forget();
    const { cost } = await measure({ ...command, env: { ...command.env, ...bucket.env } });
    return { ...cost, requests: proxy.counts(), blobs: await blobsIn(driver) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function summarise({ name }: Task, collector: Collector, runs: readonly Run[]): BucketRow {
  return {
    task: name,
    collector: collector.name,
    wall: median(runs.map(({ wall }) => wall)),
    cpu: median(runs.map(({ cpu }) => cpu)),
    requests: runs[0]?.requests ?? {},
  };
}

/** Writes a tree on disk into a bucket, as a registry would have. */
async function fill(driver: StorageDriver, tree: string): Promise<void> {
  const files = readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const write = async (): Promise<void> => {
    for (let path = files.pop(); path !== undefined; path = files.pop()) {
      await driver.put(parseKey(relative(tree, path)), readFileSync(path));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
}

/** Names of the blobs that are left, in order. */
async function blobsIn(driver: StorageDriver): Promise<string> {
  const blobs: string[] = [];
  for await (const { objects } of driver.list()) {
    for (const { key } of objects) if (key.includes('/blobs/')) blobs.push(key);
  }
  return blobs.sort().join('\n');
}
