import { verify, type Verified } from '@dunnage/conformance/registry';
import { collect, explain, type Explanation, type GcOptions, type GcReport } from '@dunnage/core';
import type { StorageDriver } from '@dunnage/driver-api';
import { backdate } from './backdate.ts';
import { diskUsage, type DiskUsage } from './disk-usage.ts';
import { makeSampleRegistry, type SampleRegistry } from './sample-registry.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What the demonstration did, in numbers. */
export interface DemoResult {
  readonly before: DiskUsage;
  readonly after: DiskUsage;
  readonly dryRun: GcReport;
  readonly why: Explanation;
  readonly collected: GcReport;
  readonly verifiedBefore: Verified;
  readonly verifiedAfter: Verified;
  /** What a second collection found. */
  readonly again: GcReport;
}

/** Tells the story, step by step, as it happens. */
export interface DemoNarrator {
  made(sample: SampleRegistry, usage: DiskUsage, verified: Verified): void;
  dryRun(report: GcReport): void;
  why(explanation: Explanation): void;
  collected(report: GcReport): void;
  proved(result: DemoResult): void;
}

/** Makes a sample registry in `directory`, which `driver` has as its root, collects it and proves the outcome. */
export async function runDemo(
  driver: StorageDriver,
  directory: string,
  narrator: DemoNarrator,
  signal: AbortSignal,
): Promise<DemoResult> {
  const nowMs = await driver.now({ signal });
  const sample = await makeSampleRegistry(driver, nowMs);
  await backdate(directory, new Date(nowMs - 2 * DAY_MS));
  const pulling = { also: sample.untaggedButNeeded, signal };
  const before = await diskUsage(directory);
  const verifiedBefore = await verify(driver, pulling);
  narrator.made(sample, before, verifiedBefore);

  const options: GcOptions = { deleteUntagged: true, purgeUploadsOlderThanMs: DAY_MS, signal };
  const dryRun = await collect(driver, { ...options, dryRun: true });
  narrator.dryRun(dryRun);

  const why = await explain(driver, sample.sharedLayer, { ...options, maxChains: 3 });
  narrator.why(why);

  const collected = await collect(driver, options);
  narrator.collected(collected);

  const after = await diskUsage(directory);
  const verifiedAfter = await verify(driver, pulling);
  const again = await collect(driver, { ...options, dryRun: true });
  const result = {
    ...{ before, after, dryRun, why, collected },
    ...{ verifiedBefore, verifiedAfter, again },
  };
  narrator.proved(result);
  return result;
}
