import fc from 'fast-check';
import { collect, type GcOptions, type GcReport } from '@dunnage/core';
import { withFaults, type Decide } from '@dunnage/conformance/faults';
import { blobKey } from '@dunnage/conformance/registry';
import { createMemoryDriver, type MemoryDriver } from '@dunnage/driver-memory';
import type { Key } from '@dunnage/driver-api';
import { describe, expect, it } from 'vitest';
import { decodeRecords, encodeRecord, type CachedManifest } from '../../dist/cache/record.js';
import { frame, SEGMENT_BYTES, unframe } from '../../dist/cache/segment.js';
import { ROLES } from '../../dist/content/manifest.js';
import { makeDigest } from '../../dist/layout/digest.js';
import { pieces, PlanText } from '../support/plan.ts';
import { FAST, Site } from '../support/site.ts';

const OPTIONS: GcOptions = { deleteUntagged: true, dryRun: true };

/** Every kind of manifest, live and dead. */
async function varied(site: Site): Promise<void> {
  const { builder } = site;
  const repository = 'app';
  const amd = await builder.image({ repository, layers: ['one', 'amd'] });
  const arm = await builder.image({ repository, layers: ['one', 'arm'], docker: true });
  await builder.index({ repository, tag: 'multi', manifests: [amd, arm] });
  await builder.artifact({ repository, artifactType: 'x/y', subject: amd });
  await builder.buildkitCache({ repository, tag: 'cache', layers: ['cached'] });
  await builder.schema1({ repository, tag: 'old', layers: ['ancient'], signatures: ['signed'] });
  await builder.image({ repository, layers: ['dead'] });
  await builder.manifest({
    repository,
    tag: 'strange',
    manifest: { mediaType: 'application/vnd.future+json', refers: amd.digest },
  });
  const alias = await builder.alias(repository, 'under two names');
  await builder.image({ repository, tag: 'alias', layers: [alias] });
  site.pass();
}

interface Outcome {
  readonly report: GcReport;
  /** The plan's entries. */
  readonly entries: readonly unknown[];
  /** Manifests that were read from the registry. */
  readonly reads: number;
}

async function run(
  site: Site,
  cache?: MemoryDriver,
  options: GcOptions = OPTIONS,
): Promise<Outcome> {
  const plan = new PlanText();
  const storage = withFaults(site.driver);
  const report = await collect(storage, {
    ...{ ...FAST, ...options, planTo: plan.stream },
    ...(cache === undefined ? {} : { cache }),
  });
  const entries = plan.lines.filter((line) => 'kind' in line);
  const reads = storage.calls.filter(({ verb, key }) => verb === 'get' && key?.includes('/blobs/'));
  return { report, entries, reads: reads.length };
}

/** Without what differs from run to run. */
function comparable({ report, entries }: Outcome): object {
  const { durationsMs: _d, requests: _r, runId: _i, ...rest } = report;
  return { ...rest, entries };
}

async function onlyKey(cache: MemoryDriver): Promise<Key> {
  const keys: Key[] = [];
  for await (const page of cache.list()) for (const { key } of page.objects) keys.push(key);
  const [key, ...more] = keys;
  if (key === undefined || more.length > 0) throw new Error(`${keys.length} objects`);
  return key;
}

async function content(cache: MemoryDriver, key: Key): Promise<Uint8Array> {
  const { body } = await cache.get(key);
  return new Uint8Array(await new Response(body).arrayBuffer());
}

describe('a manifest cache', () => {
  it('spares all reads but those of unknown types, and changes no result', async () => {
    const site = new Site();
    await varied(site);
    const cache = createMemoryDriver();
    const without = await run(site);
    const cold = await run(site, cache);
    const warm = await run(site, cache);
    expect(without.reads).toBe(9);
    expect(cold.reads).toBe(9);
    expect(warm.reads).toBe(1);
    expect(comparable(cold)).toEqual(comparable(without));
    expect(comparable(warm)).toEqual(comparable(without));
    expect(without.entries.length).toBeGreaterThan(3);
  });

  it('reads just what is new, and remembers it', async () => {
    const site = new Site();
    await varied(site);
    const cache = createMemoryDriver();
    await run(site, cache);
    await site.builder.image({ repository: 'app', tag: 'new' });
    await site.builder.image({ repository: 'other', tag: 'new' });
    site.pass();
    expect((await run(site, cache)).reads).toBe(3);
    expect((await run(site, cache)).reads).toBe(1);
  });

  it('is not written again when nothing is new', async () => {
    const site = new Site();
    await varied(site);
    const store = createMemoryDriver();
    await run(site, store);
    const key = await onlyKey(store);
    const etag = (await store.stat(key))?.etag;
    await run(site, store);
    expect((await store.stat(key))?.etag).toBe(etag);
  });

  it('is kept apart for each registry', async () => {
    const [one, two] = [new Site(), new Site()];
    const cache = createMemoryDriver();
    await varied(one);
    await two.builder.image({ repository: 'app', tag: 'v1' });
    two.pass();
    await run(one, cache);
    await run(two, cache);
    expect((await run(one, cache)).reads).toBe(1);
    expect((await run(two, cache)).reads).toBe(0);
  });

  it('is used by a real run, which deletes the same', async () => {
    const [one, two] = [new Site(), new Site()];
    const cache = createMemoryDriver();
    await varied(one);
    await varied(two);
    await run(one, cache);
    const options = { ...OPTIONS, dryRun: false };
    const warm = await run(one, cache, options);
    const cold = await run(two, undefined, options);
    expect(warm.reads).toBe(1);
    expect(await one.keys()).toEqual(await two.keys());
    expect(warm.report.deleted).toEqual(cold.report.deleted);
  });

  it('does not hide that a manifest’s blob is lost', async () => {
    const site = new Site();
    const cache = createMemoryDriver();
    const image = await site.builder.image({ repository: 'app', tag: 'v1' });
    site.pass();
    await run(site, cache);
    await site.builder.store.remove(blobKey(image.digest));
    const warm = await run(site, cache);
    expect(warm.report.findings.map(({ code }) => code)).toEqual(['manifest-missing']);
  });

  it('costs nothing but reads when it is damaged at any place', async () => {
    const site = new Site();
    await varied(site);
    const cache = createMemoryDriver();
    const expected = comparable(await run(site));
    await run(site, cache);
    const key = await onlyKey(cache);
    const good = await content(cache, key);
    for (let at = 0; at < good.length; at += 37) {
      const bad = good.slice();
      bad[at] = (bad[at] ?? 0) ^ 0x10;
      await cache.put(key, bad);
      const outcome = await run(site, cache);
      expect(comparable(outcome)).toEqual(expected);
      expect(outcome.reads).toBe(9);
    }
    // The last of these runs mended it.
    expect((await run(site, cache)).reads).toBe(1);
    for (const length of [0, 1, 35, 36, 37, good.length - 1]) {
      await cache.put(key, good.subarray(0, length));
      expect(comparable(await run(site, cache))).toEqual(expected);
    }
    for (const text of ['', 'garbage', '\xff'.repeat(100)]) {
      await cache.put(key, Buffer.concat([good, Buffer.from(text, 'latin1')]));
      const outcome = await run(site, cache);
      expect(comparable(outcome)).toEqual(expected);
      expect(outcome.reads).toBe(1);
    }
  });

  it('with a right checksum around nonsense is reported and passed over', async () => {
    const site = new Site();
    await varied(site);
    const cache = createMemoryDriver();
    await run(site, cache);
    const key = await onlyKey(cache);
    await cache.put(key, frame(Buffer.from('this is no record')));
    const { report, reads } = await run(site, cache);
    expect(reads).toBe(9);
    expect(report.findingCounts['housekeeping']).toBe(1);
    expect(report.status).toBe('done');
  });

  it.each(['get', 'put', 'now'] as const)('whose %s fails never fails the run', async (verb) => {
    const site = new Site();
    await varied(site);
    const expected = await run(site);
    const decide: Decide = (call) =>
      call.verb === verb ? { kind: 'fail', code: 'PERMISSION_DENIED', when: 'before' } : undefined;
    const cache = withFaults(createMemoryDriver(), decide);
    const plan = new PlanText();
    const report = await collect(site.driver, { ...FAST, ...OPTIONS, cache, planTo: plan.stream });
    expect(report.planned).toEqual(expected.report.planned);
    expect(report.findingCounts['housekeeping'] ?? 0).toBe(verb === 'now' ? 0 : 1);
  });
});

describe('what it is made of', () => {
  const digest = fc
    .tuple(
      fc.constantFrom('sha256', 'sha512', 'blake3', 'tarsum/v1/sha256'),
      fc.integer({ min: 0, max: 9 }),
    )
    .map(([algorithm, digit]) => {
      const made = makeDigest(algorithm, String(digit).repeat(algorithm === 'sha512' ? 128 : 64));
      if (made === undefined) throw new Error('not a digest');
      return made;
    });
  const record: fc.Arbitrary<CachedManifest> = fc.record({
    digest,
    schema1: fc.boolean(),
    indexWithLayers: fc.boolean(),
    references: fc.array(
      fc.record({ digest, role: fc.constantFrom(...ROLES), optional: fc.boolean() }),
    ),
  });

  it('records come back as they were, one after another', () => {
    fc.assert(
      fc.property(fc.array(record), (records) => {
        const payload = Buffer.concat(records.map((one) => encodeRecord(one)));
        expect([...decodeRecords(payload)]).toEqual(records);
      }),
    );
  });

  it('records of any bytes end or are refused as what they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        try {
          for (const _ of decodeRecords(Buffer.from(bytes)));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  it('segments come back in whatever pieces, up to the first that is damaged', async () => {
    const payload = fc.uint8Array({ minLength: 1, maxLength: 300 });
    const size = fc.integer({ min: 1, max: 100 });
    await fc.assert(
      fc.asyncProperty(fc.array(payload), size, fc.nat(), async (payloads, length, flip) => {
        const framed = payloads.map((one) => frame(one));
        const whole = Buffer.concat(framed);
        const read = async (bytes: Buffer): Promise<string[]> => {
          const found: string[] = [];
          for await (const one of unframe(pieces(bytes, length))) found.push(one.toString('hex'));
          return found;
        };
        const expected = payloads.map((one) => Buffer.from(one).toString('hex'));
        expect(await read(whole)).toEqual(expected);
        if (whole.length === 0) return;
        const at = flip % whole.length;
        whole[at] = (whole[at] ?? 0) ^ 1;
        let start = 0;
        const intact = framed.findIndex((one) => (start += one.length) > at);
        expect(await read(whole)).toEqual(expected.slice(0, intact));
      }),
    );
  });

  it('segments may be as large as one manifest of the largest size', async () => {
    const large = frame(Buffer.alloc(SEGMENT_BYTES + 1000, 7));
    const lengths: number[] = [];
    for await (const one of unframe(pieces(Buffer.concat([large, frame(Buffer.of(1))]), 65_536))) {
      lengths.push(one.length);
    }
    expect(lengths).toEqual([SEGMENT_BYTES + 1000, 1]);
  });
});
