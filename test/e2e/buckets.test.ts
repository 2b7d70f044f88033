import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { BucketSandbox } from '../support/bucket.ts';
import type { Told } from '../support/dunnage.ts';
import { failuresIn, type Pulled, pullEverything } from '../support/pull.ts';
import type { RegistryBuild } from '../support/registry-server.ts';
import { type Expected, type Goes, pushSample } from '../support/sample.ts';
import { azuriteBuckets, type BucketServer, cephBuckets, gcsBuckets } from '../support/stores.ts';
import { pullWithSkopeo, pushWithTools } from '../support/tool-images.ts';

const [registry2, registry3] = inject('builds');
if (registry2 === undefined || registry3 === undefined) throw new Error('there are two builds');

/** Which store, and which build of the registry has a driver for it. */
const stores: readonly {
  readonly name: string;
  readonly start: () => Promise<BucketServer>;
  readonly build: RegistryBuild;
}[] = [
  { name: "S3 (Ceph's gateway)", start: cephBuckets, build: registry2 },
  { name: "S3 (Ceph's gateway)", start: cephBuckets, build: registry3 },
  // Debian's build has no driver for these.
  { name: 'Azure (Azurite)', start: azuriteBuckets, build: registry3 },
  { name: 'GCS (fake-gcs-server)', start: gcsBuckets, build: registry3 },
];

describe.each(stores)('what $build.name wrote to $name', ({ start, build }) => {
  let server: BucketServer;
  let sandbox: BucketSandbox;
  let expected: readonly Expected[];
  let before: Pulled;

  beforeAll(async () => {
    server = await start();
    sandbox = await BucketSandbox.create(await server.bucket());
    [expected, before] = await sandbox.serve(build, async (client, address) => {
      const pushed = await pushSample(client);
      await pushWithTools(address);
      return [pushed, await pullEverything(client)] as const;
    });
  });
  afterAll(async () => {
    await sandbox[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  // One after the other, on the same bucket: first what is unreferenced, then what is untagged, too.
  describe.each<{ command: string; flags: string[]; gone: readonly Goes[] }>([
    { command: 'dunnage gc', flags: [], gone: ['always'] },
    { command: 'dunnage gc --delete-untagged', flags: ['-m'], gone: ['always', 'with -m'] },
  ])('$command', ({ flags, gone }) => {
    let dry: Told;

    test('a dry run says what would go and changes nothing', async () => {
      const objects = await sandbox.objects();
      dry = await sandbox.collect('--dry-run', ...flags);
      expect(dry.exitCode, dry.stderr).toBe(0);
      expect(dry.report.planned.objects).toBeGreaterThan(0);
      expect(await sandbox.objects()).toEqual(objects);
    });

    test('it collects exactly that', async () => {
      const objects = await sandbox.objects();
      const told = await sandbox.collect(...flags);
      expect(told.exitCode, told.stderr).toBe(0);
      expect(told.stderr).not.toMatch(/warning/i);
      expect(told.report).toMatchObject({ status: 'done', failed: 0 });
      expect(told.report.planned).toEqual(dry.report.planned);
      const left = await sandbox.objects();
      const went = [...objects.keys()].filter((key) => !left.has(key));
      expect(went).toHaveLength(told.report.planned.objects);
      // What stayed was not touched, and nothing of ours is left behind.
      expect([...left].filter(([key, facts]) => objects.get(key) !== facts)).toEqual([]);
    });

    test('the registry serves every tag, every byte verified', async () => {
      await sandbox.serve(build, async (client) => {
        const after = await pullEverything(client);
        expect(failuresIn(after)).toEqual(failuresIn(before));
        expect(new Map(after)).toEqual(before);
      });
    });

    test('what should go is gone, what should stay is there', async () => {
      await sandbox.serve(build, async (client) => {
        for (const { what, kind, repository, digest, goes } of expected) {
          const status =
            kind === 'blob'
              ? await client.blobStatus(repository, digest)
              : await client.pullManifest(repository, digest);
          const there = status === 200 || typeof status === 'object';
          expect(there, what).toBe(!gone.includes(goes));
        }
      });
    });

    test('a second collection finds nothing to do', async () => {
      const objects = await sandbox.objects();
      const again = await sandbox.collect(...flags);
      expect(again.exitCode, again.stderr).toBe(0);
      expect(again.report.planned.objects).toBe(0);
      expect(await sandbox.objects()).toEqual(objects);
    });
  });

  test('skopeo pulls images of all platforms', async () => {
    await sandbox.serve(build, async (_, address) => {
      for (const image of ['tools/multi:oci', 'tools/copied:oci', 'library/list:v1']) {
        await pullWithSkopeo(address, image);
      }
    });
  });
});
