import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  type Difference,
  differencesBetween,
  explain,
  type Facts,
  factsOf,
} from '../support/explain.ts';
import type { Content } from '../support/content.ts';
import { failuresIn, pullEverything } from '../support/pull.ts';
import { Pusher } from '../support/pusher.ts';
import { REGISTRY_2 } from '../support/registry-server.ts';
import { Sandbox } from '../support/sandbox.ts';
import type { Expected } from '../support/sample.ts';
import { objectsIn, RegistryTree } from '../support/tree.ts';

const sample = inject('sample');
const before = new RegistryTree(sample.root);
/** What tags could not deliver before anything was collected. */
const brokenBefore = failuresIn(new Map(sample.pulled));

/** The defects that each build shows on the sample, by letter. */
const SHOWN = {
  'registry 2.8': { collect: ['J', 'K'], untagged: ['I', 'J', 'K'] },
  'registry 3': { collect: ['J', 'K'], untagged: ['A', 'I', 'J', 'K'] },
} as const;

describe.each(inject('builds'))('beside $name', (build) => {
  describe.each([
    { command: 'garbage-collect', flags: [], shows: SHOWN[build.name].collect },
    {
      command: 'garbage-collect --delete-untagged',
      flags: ['--delete-untagged'],
      shows: SHOWN[build.name].untagged,
    },
  ])('$command', ({ flags, shows }) => {
    let ours: Sandbox;
    let theirs: Sandbox;

    beforeAll(async () => {
      [ours, theirs] = await Promise.all([
        Sandbox.create(sample.root),
        Sandbox.create(sample.root),
      ]);
      const told = await ours.collect(...flags);
      expect(told.exitCode, told.stderr).toBe(0);
      const ended = await theirs.collectWith(build, ...flags);
      expect(ended.exitCode, ended.stderr).toBe(0);
    });
    afterAll(async () => {
      await ours[Symbol.asyncDispose]();
      await theirs[Symbol.asyncDispose]();
    });

    test('every object on which the two differ is explained by a defect', () => {
      const facts = factsOf(before, new RegistryTree(ours.root), new RegistryTree(theirs.root));
      const differences = differencesBetween(ours.root, theirs.root);
      const unexplained = differences.filter((one) => explain(one, facts) === undefined);
      expect(unexplained).toEqual([]);
      const letters = new Set(differences.map((one) => explain(one, facts)?.letter));
      expect(letters, tally(differences, facts)).toEqual(new Set(shows));
    });

    test('what a client could pull before, it can pull after ours', async () => {
      const after = await ours.serve(REGISTRY_2, pullEverything);
      expect(failuresIn(after)).toEqual(brokenBefore);
    });
  });
});

describe('what --delete-untagged of registry 2.8 does to live images', () => {
  let theirs: Sandbox;
  let ours: Sandbox;

  beforeAll(async () => {
    theirs = await Sandbox.create(sample.root);
    ours = await Sandbox.create(sample.root);
    await theirs.collectWith(REGISTRY_2, '--delete-untagged');
    await ours.collect('--delete-untagged');
  });
  afterAll(async () => {
    await ours[Symbol.asyncDispose]();
    await theirs[Symbol.asyncDispose]();
  });

  test('tags of multi-platform images can no longer be pulled: theirs, not ours', async () => {
    const lost = failuresIn(await theirs.serve(REGISTRY_2, pullEverything));
    const broken = Object.keys(lost).filter((what) => !(what in brokenBefore));
    const repositories = new Set(broken.map((what) => what.split(' ')[0]));
    expect(repositories).toContain('library/multi');
    expect(repositories).toContain('library/list');
    expect(repositories).toContain('library/nested');
    expect(repositories).toContain('tools/multi');
    expect(failuresIn(await ours.serve(REGISTRY_2, pullEverything))).toEqual(brokenBefore);
  });

  test.each(sample.expected.filter(isUntaggedButNeeded))(
    'theirs deletes $what, ours keeps it',
    async ({ repository, digest }) => {
      const pull = async (sandbox: Sandbox): Promise<unknown> =>
        sandbox.serve(REGISTRY_2, async (client) => client.pullManifest(repository, digest));
      expect(await pull(theirs)).toBe(404);
      expect(await pull(ours)).toMatchObject({ digest });
    },
  );
});

describe('--delete-untagged where nothing in a repository was ever tagged', () => {
  async function withUntagged(): Promise<{ sandbox: Sandbox; image: Content }> {
    const sandbox = await Sandbox.create();
    const image = await sandbox.serve(REGISTRY_2, async (client) => {
      const push = new Pusher(client);
      await push.image('app', { tag: 'v1', layers: ['needed'] });
      return push.image('untagged', { layers: ['not needed'] });
    });
    return { sandbox, image };
  }

  test('ours takes links, manifest and blobs', async () => {
    const { sandbox, image } = await withUntagged();
    await using _ = sandbox;
    const told = await sandbox.collect('--delete-untagged', '--max-delete-percent', '100');
    expect(told.exitCode, told.stderr).toBe(0);
    expect(new RegistryTree(sandbox.root).hasBlob(image.digest)).toBe(false);
    const left = [...objectsIn(sandbox.root)].filter((path) =>
      path.includes(image.digest.slice(7)),
    );
    expect(left).toEqual([]);
  });

  test('registry 2.8 fails and collects nothing', async () => {
    const { sandbox } = await withUntagged();
    await using _ = sandbox;
    const objects = objectsIn(sandbox.root);
    const ended = await sandbox.collectWith(REGISTRY_2, '--delete-untagged');
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr + ended.stdout).toMatch(/failed to retrieve tags/);
    expect(objectsIn(sandbox.root)).toEqual(objects);
  });

  test('registry 3 keeps the link of the manifest whose blob it deletes', async () => {
    const third = inject('builds').find(({ name }) => name === 'registry 3');
    if (third === undefined) throw new Error('registry 3 is not there');
    const { sandbox, image } = await withUntagged();
    await using _ = sandbox;
    const ended = await sandbox.collectWith(third, '--delete-untagged');
    expect(ended.exitCode, ended.stderr).toBe(0);
    const tree = new RegistryTree(sandbox.root);
    expect(tree.hasBlob(image.digest)).toBe(false);
    const repository = tree.repositories.find(({ name }) => name === 'untagged');
    expect([...(repository?.revisions ?? [])]).toEqual([image.digest]);
  });
});

/** Manifests without a tag of their own that something tagged needs. */
function isUntaggedButNeeded({ kind, goes, repository, digest }: Expected): boolean {
  const tags = before.repositories.find(({ name }) => name === repository)?.tags;
  return kind === 'manifest' && goes === 'never' && ![...(tags?.values() ?? [])].includes(digest);
}

/** How many differences each rule explains, for a person to read. */
function tally(differences: readonly Difference[], facts: Facts): string {
  const counts = new Map<string, number>();
  for (const difference of differences) {
    const rule = explain(difference, facts);
    const name = `${rule?.letter}: ${rule?.title} (${difference.object.kind}, kept by ${difference.keptBy})`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} × ${name}`).join('\n');
}
