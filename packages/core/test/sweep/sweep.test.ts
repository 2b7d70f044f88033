import { setImmediate } from 'node:timers/promises';
import { forward, PLAN_KINDS, type GcReport } from '@dunnage/core';
import { withFaults, type Decide } from '@dunnage/conformance/faults';
import { blobKey, layerKey, revisionKey, verify, type Blob } from '@dunnage/conformance/registry';
import type { DeleteOutcome, DeleteRequest, StorageDriver } from '@dunnage/driver-api';
import { describe, expect, it } from 'vitest';
import { failure, HOUR, refusal, Site } from '../support/site.ts';

const ALL = {
  deleteUntagged: true,
  removeEmptyRepositories: true,
  purgeUploadsOlderThanMs: HOUR,
} as const;

/** A live image and garbage of every kind: an untagged index of two images, with a signature. */
async function garbage(site: Site) {
  const { builder } = site;
  const repository = 'app';
  await builder.image({ repository, tag: 'live', layers: ['shared', 'live'] });
  const amd = await builder.image({ repository, layers: ['shared', 'amd'] });
  const arm = await builder.image({ repository, layers: ['shared', 'arm'] });
  const index = await builder.index({ repository, tag: 'dead', manifests: [amd, arm] });
  const signature = await builder.artifact({ repository, artifactType: 'x/y', subject: index });
  await builder.store.remove(
    ...(await site.keys())
      .filter((key) => key.endsWith('/tags/dead/current/link'))
      .map((key) => key as Parameters<typeof builder.store.remove>[0]),
  );
  const orphan = await builder.blob('an orphan');
  await builder.layer('left', 'over');
  await builder.upload({ repository, startedat: site.now });
  site.pass();
  return { amd, arm, index, signature, orphan };
}

/** Remembers each call of `delete` with its keys and outcomes. */
function recording(inner: StorageDriver) {
  const batches: string[][] = [];
  const driver = forward(inner, (full) => ({
    async *delete(requests, options) {
      const batch: DeleteRequest[] = [];
      for await (const request of requests) batch.push(request);
      if (batch.every(({ key }) => key.startsWith('docker/'))) {
        batches.push(batch.map(({ key }) => key));
      }
      yield* full.delete(batch, options);
    },
  }));
  return { driver, batches };
}

const onDelete = (key: string, code: 'PERMISSION_DENIED' | 'UNAVAILABLE' | 'LOCKED'): Decide => {
  return (call) =>
    call.verb === 'delete' && call.key === key ? { kind: 'fail', code, when: 'before' } : undefined;
};

const failed = (report: GcReport): (string | undefined)[] =>
  report.findings.filter(({ code }) => code === 'delete-failed').map(({ key }) => key);

describe('the order of deletion', () => {
  it.each(['fs', 's3', 'gcs', 'azure'] as const)(
    'is references before referents, wave by wave, on %s',
    async (profile) => {
      const site = new Site({ profile });
      const { amd, arm, index, signature } = await garbage(site);
      const { driver, batches } = recording(site.driver);
      const report = await site.collect(ALL, driver);
      expect(report.status).toBe('done');
      const kindOf = (key: string): number =>
        PLAN_KINDS.indexOf(
          key.includes('/_uploads/')
            ? 'upload'
            : key.includes('/tags/')
              ? 'tag-index'
              : key.includes('/revisions/')
                ? 'revision'
                : key.includes('/_layers/')
                  ? 'layer-link'
                  : 'blob',
        );
      const kinds = batches.map((batch) => {
        const [kind, ...others] = new Set(batch.map((key) => kindOf(key)));
        expect(others).toEqual([]);
        return kind ?? -1;
      });
      expect(kinds).toEqual(kinds.toSorted((a, b) => a - b));
      expect(new Set(kinds)).toEqual(new Set([0, 1, 2, 3, 4]));
      // The signature is about the index, the index names the images: three waves.
      const waves = batches.filter((batch) => batch[0]?.includes('/revisions/') === true);
      expect(waves.map((wave) => wave.toSorted())).toEqual([
        [revisionKey('app', signature.digest)],
        [revisionKey('app', index.digest)],
        [revisionKey('app', amd.digest), revisionKey('app', arm.digest)].toSorted(),
      ]);
      expect((await verify(site.driver)).problems).toEqual([]);
    },
  );
});

describe('batches that are under way together', () => {
  it('are of one kind: none begins while one of the kind before is not done', async () => {
    const site = new Site({ profile: 'plain' });
    const { builder } = site;
    await builder.image({ repository: 'app', tag: 'v1' });
    for (let at = 0; at < 600; at++) await builder.layer('app', `unused ${at}`);
    site.pass();
    const underWay: string[] = [];
    let most = 0;
    const mixed: string[] = [];
    const driver = forward(site.driver, (full) => ({
      async *delete(requests, options) {
        const batch: DeleteRequest[] = [];
        for await (const request of requests) batch.push(request);
        const kind = /_layers|blobs/.exec(batch[0]?.key ?? '')?.[0] ?? 'other';
        underWay.push(kind);
        most = Math.max(most, underWay.length);
        if (new Set(underWay).size > 1) mixed.push(underWay.join(' '));
        // The others get their turn meanwhile, some more than others.
        const turns = (batch[0]?.key.charCodeAt(80) ?? 0) % 16;
        for (let turn = 0; turn < turns; turn++) await setImmediate();
        yield* full.delete(batch, options);
        underWay.splice(underWay.indexOf(kind), 1);
      },
    }));
    const report = await site.collect(ALL, driver);
    expect(report.deleted['layer-link'].count).toBe(600);
    expect(report.deleted.blob.count).toBe(600);
    expect(mixed).toEqual([]);
    expect(most).toBeGreaterThan(1);
  });
});

describe('what can not be deleted', () => {
  it.each(['fs', 's3', 'azure'] as const)(
    'keeps what it refers to when it is an index, on %s',
    async (profile) => {
      const site = new Site({ profile });
      const { index, amd, arm, signature, orphan } = await garbage(site);
      const key = revisionKey('app', index.digest);
      const faulty = withFaults(site.driver, onDelete(key, 'PERMISSION_DENIED'));
      const report = await site.collect(ALL, faulty);
      expect(report.status).toBe('partial');
      expect(report.failed).toBe(1);
      expect(failed(report)).toEqual([key]);
      // What is still linked can still be pulled, whole.
      const also = [index, amd, arm];
      expect((await verify(site.driver, { also })).problems).toEqual([]);
      const keys = await site.keys();
      expect(keys).not.toContain(revisionKey('app', signature.digest));
      expect(keys).not.toContain(blobKey(orphan.digest));
      // The two images and what only they have were in the plan and are not any more.
      expect(report.changed).toBeGreaterThanOrEqual(2);
      const again = await site.collect(ALL);
      expect(again.status).toBe('done');
      expect(await site.keys()).not.toContain(blobKey(amd.digest));
    },
  );

  it('keeps a blob when it is the layer link to it', async () => {
    const site = new Site();
    const { amd } = await garbage(site);
    const [config] = amd.blobs as [Blob];
    const key = layerKey('app', config.digest);
    const faulty = withFaults(site.driver, onDelete(key, 'UNAVAILABLE'));
    const report = await site.collect(ALL, faulty);
    expect(failed(report)).toEqual([key]);
    expect(await site.keys()).toEqual(expect.arrayContaining([key, blobKey(config.digest)]));
    expect(report.changed).toBe(1);
  });

  it('keeps the target of an alias when it is the link to it', async () => {
    const site = new Site();
    await site.builder.image({ repository: 'app', tag: 'v1' });
    const alias = await site.builder.alias('app', 'under two names');
    site.pass();
    const key = layerKey('app', alias.digest);
    const report = await site.collect({}, withFaults(site.driver, onDelete(key, 'UNAVAILABLE')));
    expect(failed(report)).toEqual([key]);
    expect(await site.keys()).toContain(blobKey(alias.target));
  });

  it('keeps nothing else when it is a blob', async () => {
    const site = new Site();
    const { orphan } = await garbage(site);
    const faulty = withFaults(site.driver, onDelete(blobKey(orphan.digest), 'LOCKED'));
    const report = await site.collect(ALL, faulty);
    expect(failed(report)).toEqual([blobKey(orphan.digest)]);
    const finding = report.findings.find(({ code }) => code === 'delete-failed');
    expect(finding?.advice).toMatch(/retention rule, legal hold or lease/);
    expect(report.planned.byKind.blob.count - report.deleted.blob.count).toBe(1);
    expect(await site.state()).toEqual([]);
  });

  it('counts no bytes as freed', async () => {
    const site = new Site();
    await site.builder.image({ repository: 'app', tag: 'v1' });
    const { digest } = await site.builder.blob('x'.repeat(5000));
    await site.builder.blob('y'.repeat(70));
    site.pass();
    const report = await site.collect(
      {},
      withFaults(site.driver, onDelete(blobKey(digest), 'LOCKED')),
    );
    expect(report.freedBytes).toBe(70);
    expect(report.deleted.blob).toEqual({ count: 1, bytes: 70 });
  });
});

describe('outcomes', () => {
  /** A driver whose deletes of the registry's objects come out as told. */
  function answering(
    site: Site,
    answer: (request: DeleteRequest, real: DeleteOutcome) => DeleteOutcome[],
  ): StorageDriver {
    return forward(site.driver, (inner) => ({
      async *delete(requests, options) {
        for await (const outcome of inner.delete(requests, options)) {
          if (outcome.request.key.startsWith('docker/')) yield* answer(outcome.request, outcome);
          else yield outcome;
        }
      },
    }));
  }

  it('that are missing count as failures, since nobody knows', async () => {
    const site = new Site();
    await garbage(site);
    const silent = answering(site, ({ key }, real) => (key.includes('/blobs/') ? [] : [real]));
    const report = await site.collect(ALL, silent);
    expect(report.failed).toBe(report.planned.byKind.blob.count);
    expect(report.deleted.blob).toEqual({ count: 0, bytes: 0 });
    expect(report.status).toBe('partial');
    expect(report.freedBytes).toBe(report.deleted.upload.bytes);
  });

  it('that come twice, or for what was not asked, count once', async () => {
    const site = new Site();
    await garbage(site);
    const other = {
      request: { key: blobKey(`sha256:${'00'.repeat(32)}`) },
      outcome: 'deleted',
    } as const;
    const chatty = answering(site, (_, real) => [real, real, other]);
    const report = await site.collect(ALL, chatty);
    for (const kind of PLAN_KINDS) {
      if (kind === 'directory') continue;
      expect(report.deleted[kind]).toEqual(report.planned.byKind[kind]);
    }
    expect([report.failed, report.alreadyGone, report.changed]).toEqual([0, 0, 0]);
  });

  it('of objects that somebody else deleted are no failures', async () => {
    const site = new Site({ profile: 'gcs' });
    const { orphan } = await garbage(site);
    let struck = false;
    const racing = withFaults(site.driver, (call) => {
      if (struck || call.verb !== 'delete' || call.key?.startsWith('docker/') !== true) {
        return undefined;
      }
      struck = true;
      return { kind: 'meanwhile', run: () => site.builder.store.remove(blobKey(orphan.digest)) };
    });
    const report = await site.collect(ALL, racing);
    expect(report.alreadyGone).toBe(1);
    expect(report.failed).toBe(0);
    expect(report.status).toBe('done');
  });

  it.each(['gcs', 'azure', 'fs'] as const)(
    'of objects that were written since they were judged leave them alone, on %s',
    async (profile) => {
      const site = new Site({ profile });
      const { orphan } = await garbage(site);
      let struck = false;
      const racing = withFaults(site.driver, (call) => {
        if (struck || call.verb !== 'delete' || call.key?.startsWith('docker/') !== true) {
          return undefined;
        }
        struck = true;
        return {
          kind: 'meanwhile',
          run: async () => {
            await site.builder.blob('an orphan');
          },
        };
      });
      // One request at a time: to look at an object must not wait for the delete that asks for it.
      const report = await site.collect({ ...ALL, concurrency: 1 }, racing);
      expect(report.changed).toBe(1);
      expect(report.findings.map(({ code }) => code)).toContain('changed');
      expect(await site.keys()).toContain(blobKey(orphan.digest));
    },
  );
});

describe('a sweep that is cancelled', () => {
  it('ends between batches, releases the lock and leaves what can be resumed', async () => {
    const site = new Site();
    await garbage(site);
    const before = await site.keys();
    const stop = new AbortController();
    const { driver, batches } = recording(site.driver);
    const error = await refusal(
      site.collect(
        {
          ...ALL,
          signal: stop.signal,
          onEvent: (event) => {
            if (event.type === 'progress' && event.phase === 'sweep') stop.abort();
          },
        },
        driver,
      ),
    );
    expect(error.code).toBe('ABORTED');
    // One batch and no more; all of it.
    expect(batches).toHaveLength(1);
    expect(await site.keys()).toEqual(before.filter((key) => batches[0]?.includes(key) !== true));
    const state = await site.state();
    expect(state).toHaveLength(1);
    expect(state[0]).toMatch(/^dunnage\/journal\/.*\/000000\.ndjson$/);
    const report = await site.collect(ALL);
    expect(report.status).toBe('done');
    expect(await site.state()).toEqual([]);
    expect((await verify(site.driver)).problems).toEqual([]);
  });

  it.each(['inventory', 'mark', 'plan'] as const)(
    'deletes nothing in the phase %s',
    async (phase) => {
      const site = new Site();
      await garbage(site);
      const before = await site.keys();
      const stop = new AbortController();
      const error = await refusal(
        site.collect({
          ...ALL,
          signal: stop.signal,
          onEvent: (event) => {
            if (event.type === 'phase-start' && event.phase === phase) stop.abort();
          },
        }),
      );
      expect(error.code).toBe('ABORTED');
      expect(await site.keys()).toEqual(before);
      expect(await site.state()).toEqual([]);
    },
  );

  it('makes no request at all when it was cancelled before', async () => {
    const site = new Site();
    const storage = withFaults(site.driver);
    const error = await refusal(site.collect({ signal: AbortSignal.abort() }, storage));
    expect(error.code).toBe('ABORTED');
    expect(storage.calls).toEqual([]);
  });
});

describe('directories', () => {
  it('that can not be removed do not end the sweep', async () => {
    const site = new Site({ profile: 'fs' });
    await garbage(site);
    const faulty = withFaults(site.driver, (call) =>
      call.verb === 'prune' && call.key?.startsWith('docker/') === true
        ? { kind: 'fail', code: 'PERMISSION_DENIED', when: 'before' }
        : undefined,
    );
    const report = await site.collect(ALL, faulty);
    expect(report.deleted.blob).toEqual(report.planned.byKind.blob);
    expect(report.status).toBe('partial');
    expect(await site.state()).toEqual([]);
    expect((await verify(site.driver)).problems).toEqual([]);
  });

  it('of an empty repository go, and nobody else’s', async () => {
    const site = new Site({ profile: 'fs' });
    await site.builder.layer('team/empty', 'x');
    await site.builder.image({ repository: 'team/empty/nested', tag: 'v1' });
    await site.builder.layer('alone/empty', 'y');
    await site.builder.image({ repository: 'app', tag: 'v1' });
    site.pass();
    const report = await site.collect(ALL);
    expect(report.status).toBe('done');
    const directories: string[] = [];
    const base = 'docker/registry/v2/repositories/';
    for (const prefix of [base, `${base}team/`, `${base}team/empty/`]) {
      for await (const page of site.driver.list({ prefix: prefix as never, depth: 'children' })) {
        directories.push(...page.prefixes.map((name) => name.slice(base.length)));
      }
    }
    expect(directories.toSorted()).toEqual(['app/', 'team/', 'team/empty/', 'team/empty/nested/']);
    expect((await verify(site.driver)).problems).toEqual([]);
  });
});

describe('a driver that dies while sweeping', () => {
  it('fails the run with its error and leaves the journal', async () => {
    const site = new Site();
    await garbage(site);
    const dying = withFaults(site.driver, (call) =>
      call.verb === 'delete' && call.key?.includes('/blobs/') === true
        ? { kind: 'kill' }
        : undefined,
    );
    const error = await failure(site.collect(ALL, dying));
    expect(String(error)).toMatch(/CLOSED/);
    expect((await site.state()).some((key) => key.includes('/journal/'))).toBe(true);
  });
});
