import { forward, type GcReport } from '@dunnage/core';
import { withFaults } from '@dunnage/conformance/faults';
import { blobKey, revisionKey, tagKey, verify } from '@dunnage/conformance/registry';
import { StorageError, type StorageDriver } from '@dunnage/driver-api';
import { describe, expect, it } from 'vitest';
import { refusal, Site } from '../support/site.ts';

const codes = (report: GcReport): string[] => report.findings.map(({ code }) => code);

describe('manifests that were not read', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1.5])(
    'refuses to read %s of them at a time, which would be none',
    async (maxParallelManifestGets) => {
      const site = new Site();
      await site.builder.image({ repository: 'app', tag: 'v1' });
      site.pass();
      const before = await site.keys();
      const error = await refusal(site.collect({ maxParallelManifestGets }));
      expect(error.code).toBe('INVALID_OPTION');
      expect(error.message).toContain('maxParallelManifestGets');
      expect(await site.keys()).toEqual(before);
    },
  );

  it.each([-5, 0, 0.5])('reads one at a time when told %s, as upstream does', async (gets) => {
    const site = new Site();
    await site.builder.image({ repository: 'app', tag: 'v1' });
    site.pass();
    const report = await site.collect({ maxParallelManifestGets: gets });
    expect(report.live.manifests).toBe(1);
    expect((await verify(site.driver)).problems).toEqual([]);
  });
});

describe('links that are there and can not be looked at', () => {
  it.each(['fs', 's3'] as const)(
    'keeps an untagged manifest whose age is not known, on %s',
    async (profile) => {
      const site = new Site({ profile });
      const { builder, driver } = site;
      const image = await builder.image({ repository: 'app' });
      const key = revisionKey('app', image.digest);
      const unknown =
        profile === 'fs'
          ? withFaults(driver, (call) =>
              call.key === key && call.verb !== 'delete'
                ? { kind: 'fail', code: 'PERMISSION_DENIED', when: 'before' }
                : undefined,
            )
          : withoutTimeOf(driver, key);
      await builder.image({ repository: 'app', tag: 'v1' });
      site.pass();
      await site.collect({ deleteUntagged: true }, unknown);
      expect(await site.keys()).toContain(key);
      expect((await verify(driver, { also: [image] })).problems).toEqual([]);
    },
  );

  it('believes a listing that shows a tag more than a read that does not find it', async () => {
    const site = new Site({ profile: 's3' });
    const { builder, driver } = site;
    const image = await builder.image({ repository: 'app' });
    const now = await builder.image({ repository: 'app', tag: 'latest' });
    site.pass();
    // A push of an old image: the link is new, and so late to show. There is no index entry that its MD5 could match.
    await builder.store.put(tagKey('app', 'again'), image.digest);
    const late = withFaults(driver, (call) =>
      call.verb === 'get' && call.key === tagKey('app', 'again')
        ? { kind: 'fail', code: 'NOT_FOUND', when: 'before' }
        : undefined,
    );
    const report = await site.collect({ deleteUntagged: true }, late);
    expect(codes(report)).toContain('tag-unreadable');
    expect(report.status).toBe('partial');
    const verified = await verify(driver, { also: [image, now] });
    expect(verified.problems).toEqual([]);
  });

  it('takes a tag that was deleted after it was listed for deleted', async () => {
    const site = new Site({ profile: 's3' });
    const { builder, driver } = site;
    const image = await builder.image({ repository: 'app' });
    await builder.image({ repository: 'app', tag: 'latest' });
    await builder.store.put(tagKey('app', 'gone'), image.digest);
    site.pass();
    const racing = withFaults(driver, (call) =>
      call.verb === 'get' && call.key === tagKey('app', 'gone')
        ? { kind: 'meanwhile', run: () => builder.store.remove(tagKey('app', 'gone')) }
        : undefined,
    );
    const report = await site.collect({ deleteUntagged: true }, racing);
    expect(report.status).toBe('done');
    expect(report.live.tags).toBe(1);
    expect(await site.keys()).not.toContain(blobKey(image.digest));
  });
});

describe('the metadata database', () => {
  it('is not taken for absent when the listing of its lock breaks off', async () => {
    const site = new Site();
    const { builder, driver } = site;
    await builder.image({ repository: 'app', tag: 'v1' });
    await builder.blob('an orphan');
    await builder.lockForDatabase();
    site.pass();
    const before = await site.keys();
    const short = forward(driver, (inner) => ({
      async *list(options) {
        for await (const page of inner.list(options)) {
          if (!(options?.prefix ?? '').includes('lockfiles')) yield page;
        }
      },
    }));
    expect((await refusal(site.collect({}, short))).code).toBe('LISTING_INCOMPLETE');
    expect((await refusal(site.collect())).code).toBe('DATABASE_IN_USE');
    expect(await site.keys()).toEqual(before);
  });

  it('is not taken for absent when its lock can not be listed', async () => {
    const site = new Site();
    await site.builder.image({ repository: 'app', tag: 'v1' });
    await site.builder.blob('an orphan');
    site.pass();
    const before = await site.keys();
    const denied = withFaults(site.driver, (call) =>
      call.verb === 'list' && call.key?.includes('lockfiles') === true
        ? { kind: 'fail', code: 'PERMISSION_DENIED', when: 'before' }
        : undefined,
    );
    await expect(site.collect({}, denied)).rejects.toThrow(/PERMISSION_DENIED/);
    expect(await site.keys()).toEqual(before);
  });
});

/** A listing that says of one object nothing but its name and size, as a poor store's might. */
function withoutTimeOf(driver: StorageDriver, key: string): StorageDriver {
  return forward(driver, (inner) => ({
    async *list(options) {
      for await (const page of inner.list(options)) {
        const objects = page.objects.map((object) => {
          if (object.key !== key) return object;
          const { modified: _, ...rest } = object;
          return rest;
        });
        yield { ...page, objects };
      }
    },
    stat: async (asked, options) => {
      if (asked !== key) return inner.stat(asked, options);
      throw new StorageError({
        code: 'PERMISSION_DENIED',
        op: 'stat',
        driver: driver.name,
        key,
        message: 'not to be looked at',
      });
    },
  }));
}
