import { applyPlan, collect, resume, type GcOptions, type GcReport } from '@dunnage/core';
import { withFaults, type Decide } from '@dunnage/conformance/faults';
import { blobKey, verify } from '@dunnage/conformance/registry';
import { createMemoryDriver } from '@dunnage/driver-memory';
import { parseKey, type Key, type StorageDriver } from '@dunnage/driver-api';
import { describe, expect, it } from 'vitest';
import { PlanEncoder, type PlanHeader } from '../../dist/plan/document.js';
import type { PlanEntry } from '../../dist/plan/entry.js';
import { KindTally } from '../../dist/plan/tally.js';
import { Journal } from '../../dist/sweep/journal.js';
import { pieces, PlanText } from '../support/plan.ts';
import { failure, FAST, refusal, Site } from '../support/site.ts';

const RULES = {
  deleteUntagged: true,
  minAgeMs: 0,
  removeEmptyRepositories: false,
  purgeUploadsOlderThanMs: null,
} as const;

const header = (storage: string): PlanHeader => ({
  dunnage: 'plan',
  version: 1,
  runId: 'a-run',
  storage,
  created: 0,
  rules: RULES,
  summary: new KindTally().summary(storage, 0),
});

const entry = (number: number): PlanEntry => ({
  kind: 'blob',
  key: `blobs/${String(number).padStart(10, '0')}${'x'.repeat(160)}`,
  reason: 'unreferenced',
  size: number,
});

async function write(journal: Journal, entries: number, footer = true): Promise<void> {
  const encoder = new PlanEncoder();
  await journal.write(encoder.header(header('mem://x')));
  for (let number = 0; number < entries; number++)
    await journal.write(encoder.entry(entry(number)));
  if (footer) await journal.write(encoder.footer());
  await journal.finish();
}

async function sizes(journal: Journal): Promise<number[]> {
  const found: number[] = [];
  for await (const { size } of journal.entries()) found.push(size);
  return found;
}

async function keys(driver: StorageDriver): Promise<Key[]> {
  const found: Key[] = [];
  for await (const { objects } of driver.list({ detail: 'keys' })) {
    for (const { key } of objects) found.push(key);
  }
  return found;
}

describe('a journal', () => {
  const COUNT = 40_000;

  it.each(['fs', 's3', 'plain'] as const)(
    'of several parts is found, read in order and removed, on %s',
    async (profile) => {
      const driver = createMemoryDriver({ profile });
      const own = new Journal(driver, '20260101T000000Z-aaaaaaaa', undefined);
      await write(own, COUNT);
      const parts = await keys(driver);
      expect(parts.length).toBeGreaterThan(2);
      const expected = Array.from({ length: COUNT }, (_, number) => number);
      expect(await sizes(own)).toEqual(expected);
      // Another process finds it by its listing alone.
      const [found, ...others] = await Journal.all(driver, undefined);
      expect(others).toEqual([]);
      expect(found?.runId).toBe(own.runId);
      if (found === undefined) return;
      expect(await sizes(found)).toEqual(expected);
      await found.remove();
      expect(await keys(driver)).toEqual([]);
    },
  );

  it('that was interrupted after any part is no plan', async () => {
    const driver = createMemoryDriver({ profile: 's3' });
    await write(new Journal(driver, 'run', undefined), COUNT);
    for (const part of (await keys(driver)).toReversed()) {
      for await (const _ of driver.delete([{ key: part }]));
      const [left] = await Journal.all(driver, undefined);
      if (left === undefined) break;
      expect((await refusal(sizes(left))).code).toBe('PLAN_INVALID');
    }
    expect(await keys(driver)).toEqual([]);
  });

  it('whose first or middle part is lost is no plan', async () => {
    for (const lost of [0, 1]) {
      const driver = createMemoryDriver({ profile: 's3' });
      await write(new Journal(driver, 'run', undefined), COUNT);
      const part = (await keys(driver))[lost];
      if (part === undefined) throw new Error('no such part');
      for await (const _ of driver.delete([{ key: part }]));
      const [left] = await Journal.all(driver, undefined);
      if (left === undefined) throw new Error('no journal');
      await expect(sizes(left)).rejects.toThrow();
    }
  });

  it('is removed from its end, so that what is left of it is never taken for whole', async () => {
    const removed: string[] = [];
    const driver = withFaults(createMemoryDriver({ profile: 's3' }), (call) => {
      if (call.verb === 'delete') removed.push(call.key ?? '');
      return undefined;
    });
    const journal = new Journal(driver, 'run', undefined);
    await write(journal, COUNT);
    await journal.remove();
    expect(removed).toEqual(removed.toSorted().toReversed());
    expect(removed.length).toBeGreaterThan(2);
  });

  it('is told from others, oldest first, and from what is none', async () => {
    const driver = createMemoryDriver({ profile: 's3' });
    for (const run of ['20260103', '20260101', '20260102']) {
      await write(new Journal(driver, run, undefined), 3);
    }
    for (const stray of ['readme', 'x/y', '20260104/000000.txt', '20260104/0.ndjson']) {
      await driver.put(parseKey(`dunnage/journal/${stray}`), new Uint8Array());
    }
    const found = await Journal.all(driver, undefined);
    expect(found.map(({ runId }) => runId)).toEqual(['20260101', '20260102', '20260103']);
  });

  it('is not thought absent when its listing breaks off', async () => {
    const driver = createMemoryDriver({ profile: 's3' });
    await write(new Journal(driver, 'run', undefined), 3);
    const short = withFaults(driver, (call) =>
      call.verb === 'list' ? { kind: 'cut' } : undefined,
    );
    expect((await refusal(Journal.all(short, undefined))).code).toBe('LISTING_INCOMPLETE');
  });
});

const OPTIONS: GcOptions = { ...FAST, deleteUntagged: true };

async function garbage(site: Site): Promise<void> {
  const { builder } = site;
  await builder.image({ repository: 'app', tag: 'v1', layers: ['shared', 'live'] });
  const one = await builder.image({ repository: 'app', layers: ['shared', 'dead'] });
  await builder.index({ repository: 'app', manifests: [one] });
  await builder.blob('an orphan');
  site.pass();
}

/** Dies just before the first call for which `dies` holds. */
async function interrupted(site: Site, dies: Decide): Promise<void> {
  await failure(collect(withFaults(site.driver, dies), OPTIONS));
  // The lock of a dead process expires.
  site.pass();
}

const AT: Record<string, Decide> = {
  'its journal is written': (call) =>
    call.verb === 'put' && call.key?.includes('/journal/') === true ? { kind: 'kill' } : undefined,
  'the first delete': (call) =>
    call.verb === 'delete' && call.key?.startsWith('docker/') === true
      ? { kind: 'kill' }
      : undefined,
  'the first blob goes': (call) =>
    call.verb === 'delete' && call.key?.includes('/blobs/') === true ? { kind: 'kill' } : undefined,
  'its journal is removed': (call) =>
    call.verb === 'delete' && call.key?.includes('/journal/') === true
      ? { kind: 'kill' }
      : undefined,
};

describe.each(Object.entries(AT))('a run that dies before %s', (moment, dies) => {
  const journalled = moment !== 'its journal is written';

  it.each(['fs', 's3'] as const)('is finished by the next one, on %s', async (profile) => {
    const [site, whole] = [new Site({ profile }), new Site({ profile })];
    await garbage(site);
    await garbage(whole);
    await whole.collect(OPTIONS);
    await interrupted(site, dies);
    const report = await site.collect(OPTIONS);
    expect(report.status).toBe('done');
    expect(await site.keys()).toEqual(await whole.keys());
    expect(await site.state()).toEqual([]);
    expect(report.findingCounts['housekeeping'] ?? 0).toBe(journalled ? 1 : 0);
    expect((await verify(site.driver)).problems).toEqual([]);
  });

  it.each(['fs', 's3'] as const)('is finished by resume, on %s', async (profile) => {
    const [site, whole] = [new Site({ profile }), new Site({ profile })];
    await garbage(site);
    await garbage(whole);
    await whole.collect(OPTIONS);
    await interrupted(site, dies);
    if (!journalled) {
      expect((await refusal(resume(site.driver, FAST))).code).toBe('NOTHING_TO_RESUME');
      return;
    }
    // What came since is nobody's plan: it stays.
    const late = await site.builder.blob('a later orphan');
    site.pass();
    const report = await resume(site.driver, FAST);
    expect(report.status).toBe('done');
    expect(report.rules.deleteUntagged).toBe(true);
    expect(await site.keys()).toEqual([...(await whole.keys()), blobKey(late.digest)].toSorted());
    expect(await site.state()).toEqual([]);
    expect((await refusal(resume(site.driver, FAST))).code).toBe('NOTHING_TO_RESUME');
  });
});

describe('resume', () => {
  it('keeps what came into use since the run died', async () => {
    const site = new Site();
    await garbage(site);
    await interrupted(site, AT['the first delete'] as Decide);
    const layer = await site.builder.layer('app', 'dead');
    await site.builder.image({ repository: 'app', tag: 'again', layers: [layer] });
    const report = await resume(site.driver, FAST);
    expect(report.changed).toBeGreaterThan(0);
    expect((await verify(site.driver)).problems).toEqual([]);
    expect(await site.keys()).toContain(blobKey(layer.digest));
  });

  it('asks again, and can be asked again after a no', async () => {
    const site = new Site();
    await garbage(site);
    await interrupted(site, AT['the first delete'] as Decide);
    const before = await site.keys();
    const options = { ...FAST, confirm: async () => false };
    expect((await resume(site.driver, options)).status).toBe('declined');
    expect(await site.keys()).toEqual(before);
    expect((await resume(site.driver, FAST)).status).toBe('done');
  });

  it('passes over a journal that is damaged, and removes it', async () => {
    const site = new Site();
    await garbage(site);
    await interrupted(site, AT['the first delete'] as Decide);
    const [key] = await site.state();
    if (key === undefined) throw new Error('no journal');
    for (const state of await site.state()) {
      if (!state.includes('/journal/')) continue;
      const { body } = await site.driver.get(parseKey(state));
      const text = await new Response(body).text();
      await site.driver.put(parseKey(state), Buffer.from(text.replace('untagged', 'tagged!!')));
    }
    const before = await site.keys();
    expect((await refusal(resume(site.driver, FAST))).code).toBe('NOTHING_TO_RESUME');
    expect(await site.keys()).toEqual(before);
    expect(await site.state()).toEqual([]);
  });

  it('does not follow a journal that can not be read', async () => {
    const site = new Site();
    await garbage(site);
    await interrupted(site, AT['the first delete'] as Decide);
    const before = await site.keys();
    const denied = withFaults(site.driver, (call) =>
      call.verb === 'get' && call.key?.includes('/journal/') === true
        ? { kind: 'fail', code: 'PERMISSION_DENIED', when: 'before' }
        : undefined,
    );
    await failure(resume(denied, FAST));
    expect(await site.keys()).toEqual(before);
    expect((await site.state()).some((key) => key.includes('/journal/'))).toBe(true);
  });
});

describe('a journal that can not be removed', () => {
  it('does not cost the report of a sweep that is done', async () => {
    const site = new Site();
    await garbage(site);
    const stuck = withFaults(site.driver, (call) =>
      call.verb === 'delete' && call.key?.includes('/journal/') === true
        ? { kind: 'fail', code: 'PERMISSION_DENIED', when: 'before' }
        : undefined,
    );
    const report: GcReport = await collect(stuck, OPTIONS);
    expect(report.deleted.blob.count).toBeGreaterThan(0);
    expect(report.findingCounts['housekeeping']).toBe(1);
    expect(report.findings.some(({ message }) => message.includes('journal'))).toBe(true);
    // What it says is judged anew, so it does no harm.
    expect((await resume(site.driver, FAST)).deleted.blob.count).toBe(0);
    expect(await site.state()).toEqual([]);
  });
});

describe('a plan that is cut off', () => {
  it('leaves no journal that could be resumed, however long it is', async () => {
    const site = new Site();
    await garbage(site);
    const encoder = new PlanEncoder();
    const lines = [encoder.header(header(site.driver.id))];
    for (let number = 0; number < 40_000; number++) lines.push(encoder.entry(entry(number)));
    const before = await site.keys();
    const error = await refusal(applyPlan(site.driver, pieces(lines.join(''), 65_536), FAST));
    expect(error.code).toBe('PLAN_INVALID');
    expect(await site.keys()).toEqual(before);
    expect(await site.state()).toEqual([]);
    expect((await refusal(resume(site.driver, FAST))).code).toBe('NOTHING_TO_RESUME');
  });

  it('is read from the journal once it is whole: what was planned is applied', async () => {
    const site = new Site();
    await garbage(site);
    const plan = new PlanText();
    const dry = await site.collect({ ...OPTIONS, dryRun: true, planTo: plan.stream });
    const report = await applyPlan(site.driver, pieces(plan.bytes), FAST);
    expect(report.planned).toEqual(dry.planned);
    expect(await site.state()).toEqual([]);
  });
});
