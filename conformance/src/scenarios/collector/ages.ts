import type { Key } from '@dunnage/driver-api';
import { blobKey, layerKey, tagIndexKey, type RegistryBuilder } from '../../registry/index.ts';
import { allOf, layerIn } from '../parts.ts';
import { same } from '../same.ts';
import { needs, type TreeScenario, type World } from '../scenario.ts';

const hour = 3_600_000;
const day = 24 * hour;
const zot = 'zot, garbage-collection tests: delay';
const purge = 'distribution, purge-uploads tests';

/** Minimum ages and uploads: what is too young to be garbage, and what is old enough. */
export const ages: readonly TreeScenario[] = [
  {
    id: 'ages/all-young',
    title: 'what was written within the minimum age stays, though nothing needs it',
    source: zot,
    options: { deleteUntagged: true, minAgeMs: hour, removeEmptyRepositories: true },
    async arrange(registry) {
      await registry.image({ repository: 'app' });
      await registry.layer('app', 'unused');
      await registry.blob('orphan');
      return {
        goes: [],
        report: ({ spared }) => same(spared.young > 0, true, 'young are counted'),
      };
    },
  },
  {
    id: 'ages/old-enough',
    title: 'of the unneeded, what is older than the minimum age goes',
    source: zot,
    options: { deleteUntagged: true, minAgeMs: hour },
    needs: [needs.touch],
    async arrange(registry, world) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const old = await registry.image({ repository: 'app' });
      const orphan = await registry.blob('an old orphan');
      const goes = [...allOf(old), blobKey(orphan.digest)];
      await age(registry, world, 2 * hour, goes);
      await registry.image({ repository: 'app' });
      await registry.blob('a young orphan');
      return { goes };
    },
  },
  {
    id: 'ages/young-layer-link',
    title: 'an old blob that was linked just now stays: pushing what exists does not rewrite it',
    source: 'own; distribution: a push of an existing blob only writes the link',
    options: { minAgeMs: hour },
    needs: [needs.touch],
    async arrange(registry, world) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const pushedAgain = await registry.blob('old, and just pushed again');
      const dead = await registry.layer('app', 'old and dead');
      await age(registry, world, 2 * hour, [blobKey(pushedAgain.digest), ...layerIn('app', dead)]);
      await registry.mount('app', pushedAgain);
      return { goes: layerIn('app', dead) };
    },
  },
  {
    id: 'ages/young-revision',
    title: 'a manifest pushed just now, its tag still to come, stays with all it names',
    source: 'own; a push writes the tag last',
    options: { deleteUntagged: true, minAgeMs: hour },
    needs: [needs.touch],
    async arrange(registry, world) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const image = await registry.image({ repository: 'app' });
      const everything = allOf(image);
      await age(registry, world, 2 * hour, everything);
      await registry.linkManifest('app', image.digest);
      return { goes: [] };
    },
  },
  {
    id: 'ages/young-child',
    title: 'children pushed just now, their index still to come, stay',
    source: 'own; a push of an index pushes its children first',
    options: { deleteUntagged: true, minAgeMs: hour },
    needs: [needs.touch],
    async arrange(registry, world) {
      const old = await registry.image({ repository: 'app' });
      await age(registry, world, 2 * hour, allOf(old));
      await registry.image({ repository: 'app' });
      await registry.image({ repository: 'app', docker: true });
      return { goes: allOf(old) };
    },
  },
  {
    id: 'ages/young-index-entry',
    title: 'a stale index entry goes only once it is old',
    source: 'own',
    options: { minAgeMs: hour },
    needs: [needs.touch],
    async arrange(registry, world) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const gone = `sha256:${'0c'.repeat(32)}`;
      const alsoGone = `sha256:${'0b'.repeat(32)}`;
      const old = tagIndexKey('app', 'v1', gone);
      await registry.store.put(old, gone);
      await registry.store.put(tagIndexKey('app', 'v1', alsoGone), alsoGone);
      await age(registry, world, 2 * hour, [old]);
      return { goes: [old] };
    },
  },
  {
    id: 'ages/young-link-in-empty-repository',
    title:
      'a repository into which a layer was mounted just now, its manifest still to come, stays',
    source: 'own; found by the random registries',
    options: { minAgeMs: hour, removeEmptyRepositories: true },
    needs: [needs.touch],
    async arrange(registry, world) {
      const layer = await registry.layer('app', 'lives here');
      const image = await registry.image({ repository: 'app', tag: 'v1', layers: [layer] });
      await registry.mount('old', layer);
      const old = layerKey('old', layer.digest);
      await age(registry, world, 2 * hour, [...allOf(image), old]);
      await registry.mount('new', layer);
      return { goes: [old] };
    },
  },
  {
    id: 'ages/clock-of-the-store',
    title: 'an object from the future is young',
    source: 'own; clocks differ',
    options: { minAgeMs: hour },
    needs: [needs.touch],
    async arrange(registry, world) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const orphan = await registry.blob('written by a clock that is a day ahead');
      await age(registry, world, -day, [blobKey(orphan.digest)]);
      return { goes: [] };
    },
  },
  {
    id: 'ages/untouched-uploads',
    title: 'without the option no upload goes, however old',
    source: purge,
    options: { removeEmptyRepositories: true },
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      await registry.upload({ repository: 'app', startedat: 0 });
      await registry.upload({ repository: 'busy', startedat: 0 });
      return { goes: [], report: ({ found }) => same(found.uploads, 2, 'uploads found') };
    },
  },
  {
    id: 'ages/uploads-none',
    title: 'of uploads that all began lately none goes',
    source: purge,
    options: { purgeUploadsOlderThanMs: day },
    async arrange(registry, { driver }) {
      const now = await driver.now();
      await registry.upload({ repository: 'app', startedat: now });
      await registry.upload({ repository: 'app', startedat: now - hour });
      return { goes: [] };
    },
  },
  {
    id: 'ages/uploads-all',
    title: 'of uploads that all began long ago all go, and nothing outside of them',
    source: purge,
    options: { purgeUploadsOlderThanMs: day },
    async arrange(registry, { driver }) {
      const started = (await driver.now()) - 2 * day;
      await registry.image({ repository: 'app', tag: 'v1' });
      await registry.stray('repositories/app/data');
      const goes = [
        ...(await registry.upload({ repository: 'app', startedat: started })),
        ...(await registry.upload({ repository: 'app', startedat: started, hashstates: [0, 64] })),
        ...(await registry.upload({ repository: 'nested/app', startedat: started })),
      ];
      return { goes };
    },
  },
  {
    id: 'ages/uploads-some',
    title: 'of uploads old and new the old ones go',
    source: purge,
    options: { purgeUploadsOlderThanMs: day },
    async arrange(registry, { driver }) {
      const now = await driver.now();
      await registry.upload({ repository: 'app', startedat: now - day / 2 });
      const goes = await registry.upload({ repository: 'app', startedat: now - 2 * day });
      await registry.upload({ repository: 'app', startedat: now });
      return { goes };
    },
  },
  {
    id: 'ages/upload-without-startedat',
    title: 'an upload that does not say when it began is as old as its files',
    source: `${purge}; Quay, stale upload without startedat`,
    options: { purgeUploadsOlderThanMs: day },
    needs: [needs.touch],
    async arrange(registry, world) {
      const stale = await registry.upload({ repository: 'app', startedat: null });
      await age(registry, world, 2 * day, stale);
      await registry.upload({ repository: 'app', startedat: null });
      return { goes: stale };
    },
  },
  {
    id: 'ages/upload-with-garbled-startedat',
    title: 'an upload whose beginning can not be read, written just now, stays',
    source: 'bad input',
    options: { purgeUploadsOlderThanMs: day },
    async arrange(registry) {
      await registry.upload({ repository: 'app', startedat: 'last Tuesday or so' });
      await registry.upload({ repository: 'app', startedat: '' });
      return { goes: [] };
    },
  },
  {
    id: 'ages/upload-keeps-repository',
    title: 'a repository goes with its last upload, when both are asked for',
    source: 'zot; purge-uploads',
    options: { purgeUploadsOlderThanMs: day, removeEmptyRepositories: true },
    async arrange(registry, { driver }) {
      const layer = await registry.layer('busy', 'lives elsewhere');
      await registry.image({ repository: 'other', tag: 'v1', layers: [layer] });
      const started = (await driver.now()) - 2 * day;
      const upload = await registry.upload({ repository: 'busy', startedat: started });
      return { goes: [...upload, layerKey('busy', layer.digest)] };
    },
  },
  {
    id: 'ages/old-tagged',
    title: 'age is no reason to go',
    source: 'own',
    options: { deleteUntagged: true, minAgeMs: hour },
    needs: [needs.touch],
    async arrange(registry, world) {
      const image = await registry.image({ repository: 'app', tag: 'v1' });
      await age(registry, world, 3650 * day, allOf(image));
      return { goes: [] };
    },
  },
];

/** Makes objects so many milliseconds old. */
async function age(
  registry: RegistryBuilder,
  { driver }: World,
  ms: number,
  keys: readonly Key[],
): Promise<void> {
  await registry.store.touch((await driver.now()) - ms, ...keys);
}
