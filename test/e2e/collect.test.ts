import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { content, MediaType } from '../support/content.ts';
import { failuresIn, pullEverything } from '../support/pull.ts';
import { Pusher } from '../support/pusher.ts';
import { REGISTRY_2 } from '../support/registry-server.ts';
import { Sandbox } from '../support/sandbox.ts';
import type { Told } from '../support/dunnage.ts';
import type { Expected } from '../support/sample.ts';
import { pullWithSkopeo } from '../support/tool-images.ts';
import { objectsIn, RegistryTree } from '../support/tree.ts';

const sample = inject('sample');
const builds = inject('builds');
const before = new Map(sample.pulled);

describe.each([
  { name: 'dunnage gc', flags: [], goes: ['always'] },
  { name: 'dunnage gc --delete-untagged', flags: ['-m'], goes: ['always', 'with -m'] },
])('$name on a tree that a registry wrote', ({ flags, goes }) => {
  let sandbox: Sandbox;
  let told: Told;
  const isToGo = (expected: Expected): boolean => goes.includes(expected.goes);
  const toGo = sample.expected.filter(isToGo);
  const toStay = sample.expected.filter((expected) => !isToGo(expected));

  beforeAll(async () => {
    sandbox = await Sandbox.create(sample.root);
  });
  afterAll(async () => await sandbox[Symbol.asyncDispose]());

  test('a dry run says what would go and changes nothing', async () => {
    const objects = objectsIn(sandbox.root);
    const dry = await sandbox.collect('--dry-run', ...flags);
    expect(dry.exitCode, dry.stderr).toBe(0);
    expect(dry.report.dryRun).toBe(true);
    expect(dry.report.planned.objects).toBeGreaterThan(0);
    expect(objectsIn(sandbox.root)).toEqual(objects);
  });

  test('it collects what the dry run planned', async () => {
    const dry = await sandbox.collect('--dry-run', ...flags);
    told = await sandbox.collect(...flags);
    expect(told.exitCode, told.stderr).toBe(0);
    expect(told.report.status).toBe('done');
    expect(told.report.planned).toEqual(dry.report.planned);
    expect(told.report.deleted.blob.count).toBe(dry.report.planned.byKind.blob.count);
    expect(told.report.failed).toBe(0);
  });

  test.each(builds)('$name serves every tag, every byte verified', async (build) => {
    await sandbox.serve(build, async (client) => {
      const after = await pullEverything(client);
      expect(failuresIn(after)).toEqual(failuresIn(before));
      expect(new Map(after)).toEqual(before);
    });
  });

  test.each(toStay)('$what stays', async ({ repository, digest, kind }) => {
    await sandbox.serve(REGISTRY_2, async (client) => {
      if (kind === 'blob') expect(await client.pullBlob(repository, digest)).toBe(200);
      else expect(await client.pullManifest(repository, digest)).not.toBeTypeOf('number');
    });
  });

  test.each(toGo)('$what is gone', async ({ repository, digest, kind }) => {
    const tree = new RegistryTree(sandbox.root);
    expect(tree.hasBlob(digest)).toBe(false);
    const left = [...objectsIn(sandbox.root)].filter((path) => path.includes(digest.slice(7)));
    expect(left).toEqual([]);
    await sandbox.serve(REGISTRY_2, async (client) => {
      if (kind === 'blob') expect(await client.blobStatus(repository, digest)).toBe(404);
      else expect(await client.pullManifest(repository, digest)).toBe(404);
    });
  });

  test('an interrupted upload stays, and no empty directory does', () => {
    const objects = [...objectsIn(sandbox.root)];
    expect(objects.filter((path) => /left\/overs\/_uploads\/.+\/data$/.test(path))).toHaveLength(1);
    const empty = objects.filter((path) => /^blobs\/sha256\/.*\/$/.test(path));
    expect(empty).toEqual([]);
  });

  test('a second collection finds nothing to do', async () => {
    const objects = objectsIn(sandbox.root);
    const again = await sandbox.collect(...flags);
    expect(again.exitCode, again.stderr).toBe(0);
    expect(again.report.planned.objects).toBe(0);
    expect(objectsIn(sandbox.root)).toEqual(objects);
  });

  test('skopeo pulls images of all platforms', async () => {
    await sandbox.serve(REGISTRY_2, async (_, address) => {
      await pullWithSkopeo(address, 'tools/multi:oci');
      await pullWithSkopeo(address, 'tools/copied:oci');
      await pullWithSkopeo(address, 'library/list:v1');
    });
  });

  test.each(builds)('what was collected can be pushed to $name again', async (build) => {
    await sandbox.serve(build, async (client) => {
      const layers = ['base layer', 'goes', 'no manifest came', `for ${build.name}`];
      await new Pusher(client).image('gone/some', { tag: 'back', layers });
      await client.pushBlob('left/overs', content(MediaType.ociLayer, 'no manifest came'));
      const after = await pullEverything(client);
      expect(after.get('gone/some back')).toBe('ok');
      expect(failuresIn(after)).toEqual(failuresIn(before));
    });
  });
});
