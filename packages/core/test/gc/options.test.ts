import { applyPlan, collect, explain, resume, type GcOptions } from '@dunnage/core';
import { neverWriting, withFaults } from '@dunnage/conformance/faults';
import { describe, expect, it } from 'vitest';
import { failure, FAST, refusal, Site } from '../support/site.ts';
import { pieces, PlanText } from '../support/plan.ts';

const WRONG: GcOptions[] = [
  ...[-1, Number.NaN].map((minAgeMs) => ({ minAgeMs })),
  ...[-1, Number.NaN].map((purgeUploadsOlderThanMs) => ({ purgeUploadsOlderThanMs })),
  ...[0, -1, 1.5, Number.NaN, Infinity, 1e6].map((concurrency) => ({ concurrency })),
  ...[Number.NaN, Infinity, 1.5].map((maxParallelManifestGets) => ({ maxParallelManifestGets })),
  ...[0, -1, Number.NaN, 2 ** 40].map((manifestMaxBytes) => ({ manifestMaxBytes })),
  ...[-1, 101, Number.NaN].map((maxDeletePercent) => ({ maxDeletePercent })),
  ...[0, 999, Number.NaN].map((lockTtlMs) => ({ lockTtlMs })),
  ...[0, -1, Number.NaN, 2 ** 31].map((timeoutMs) => ({ timeoutMs })),
];

describe('an option that makes no sense', () => {
  it.each(WRONG.map((options) => [Object.entries(options).flat().join(' '), options] as const))(
    'is refused by its name before any request: %s',
    async (_, options) => {
      const site = new Site();
      const storage = withFaults(site.driver);
      const plan = new PlanText();
      const error = await refusal(collect(storage, { ...options, planTo: plan.stream }));
      expect(error.code).toBe('INVALID_OPTION');
      expect(error.message).toContain(Object.keys(options)[0]);
      expect(storage.calls).toEqual([]);
      expect(plan.state).toBe('aborted');
    },
  );

  it('is refused by the others as well', async () => {
    const { driver } = new Site();
    const options = { concurrency: 0 };
    const digest = `sha256:${'ab'.repeat(32)}`;
    for (const run of [
      applyPlan(driver, pieces(''), options),
      resume(driver, options),
      explain(driver, digest, options),
      explain(driver, digest, { minAgeMs: -1 }),
    ]) {
      expect((await refusal(run)).code).toBe('INVALID_OPTION');
    }
  });
});

describe('defaults', () => {
  it('keep untagged manifests, an hour of everything, and all uploads and repositories', async () => {
    const site = new Site();
    await site.builder.image({ repository: 'app' });
    site.pass();
    const { rules } = await collect(site.driver);
    expect(rules).toEqual({
      deleteUntagged: false,
      minAgeMs: 3_600_000,
      removeEmptyRepositories: false,
      purgeUploadsOlderThanMs: null,
    });
  });

  it('refuse to delete more than half of all blobs', async () => {
    const site = new Site();
    await site.builder.image({ repository: 'app', tag: 'v1', layers: ['one'] });
    for (const orphan of ['a', 'b', 'c']) await site.builder.blob(orphan);
    site.pass();
    await collect(site.driver);
    for (const orphan of ['a', 'b', 'c', 'd']) await site.builder.blob(orphan);
    site.pass();
    const before = await site.keys();
    const error = await refusal(collect(site.driver));
    expect(error.code).toBe('TOO_MUCH_TO_DELETE');
    expect(error.message).toMatch(/4 of 7 blobs \(57\.14 %\)/);
    expect(await site.keys()).toEqual(before);
    expect(await site.state()).toEqual([]);
    expect((await collect(site.driver, { dryRun: true })).planned.percentOfBlobs).toBe(57.14);
    expect((await collect(site.driver, { maxDeletePercent: 58 })).deleted.blob.count).toBe(4);
  });
});

describe('a plan’s stream', () => {
  it('is closed when the plan is whole, also where nothing goes', async () => {
    const site = new Site();
    for (const dryRun of [true, false]) {
      const plan = new PlanText();
      await site.collect({ dryRun, planTo: plan.stream });
      expect(plan.state).toBe('closed');
      expect(plan.lines).toHaveLength(2);
    }
  });

  it.each(['list', 'get'] as const)('is aborted when a %s fails', async (verb) => {
    const site = new Site();
    await site.builder.image({ repository: 'app', tag: 'v1' });
    await site.builder.blob('an orphan');
    site.pass();
    const plan = new PlanText();
    const failing = withFaults(site.driver, (call) =>
      call.verb === verb ? { kind: 'fail', code: 'UNAUTHENTICATED', when: 'before' } : undefined,
    );
    // A manifest that can't be read only protects; the lock must be.
    await failure(site.collect({ planTo: plan.stream }, failing));
    expect(plan.state).toBe('aborted');
  });

  it('ends the run before any delete when it can not be written', async () => {
    const site = new Site();
    await site.builder.image({ repository: 'app', tag: 'v1' });
    await site.builder.blob('an orphan');
    site.pass();
    const before = await site.keys();
    const full = new WritableStream<Uint8Array>({
      write() {
        throw new Error('no space left');
      },
    });
    expect(String(await failure(site.collect({ planTo: full })))).toContain('no space left');
    expect(await site.keys()).toEqual(before);
    expect((await site.collect()).deleted.blob.count).toBe(1);
    expect(await site.state()).toEqual([]);
  });

  it('is whole and closed before the user is asked', async () => {
    const site = new Site();
    await site.builder.image({ repository: 'app', tag: 'v1' });
    await site.builder.blob('an orphan');
    site.pass();
    const before = await site.keys();
    const plan = new PlanText();
    let asked = 0;
    const report = await site.collect({
      planTo: plan.stream,
      confirm: async (summary) => {
        asked++;
        expect(plan.state).toBe('closed');
        expect(summary.byKind.blob.count).toBe(1);
        return false;
      },
    });
    expect([asked, report.status]).toEqual([1, 'declined']);
    expect(report.deleted.blob.count).toBe(0);
    expect(await site.keys()).toEqual(before);
    expect(await site.state()).toEqual([]);
  });
});

describe('a dry run', () => {
  it.each(['fs', 's3'] as const)('never tries to write, on %s', async (profile) => {
    const site = new Site({ profile });
    await site.builder.image({ repository: 'app', tag: 'v1' });
    await site.builder.image({ repository: 'app' });
    await site.builder.upload({ repository: 'app' });
    site.pass();
    const guarded = neverWriting(site.driver);
    const report = await collect(guarded, {
      ...FAST,
      dryRun: true,
      deleteUntagged: true,
      removeEmptyRepositories: true,
      purgeUploadsOlderThanMs: 1,
    });
    expect(report.planned.objects).toBeGreaterThan(3);
    expect(guarded.attempts).toEqual([]);
  });
});
