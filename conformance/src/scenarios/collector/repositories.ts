import { collect } from '@dunnage/core';
import {
  joinPrefix,
  parseKey,
  type Key,
  type Prefix,
  type StorageDriver,
} from '@dunnage/driver-api';
import {
  blobKey,
  layerKey,
  registryPrefix,
  repositoriesPrefix,
  revisionKey,
  tagIndexKey,
  uploadPrefix,
} from '../../registry/index.ts';
import { allOf, contentsOf, layerIn } from '../parts.ts';
import { needs, type ScriptScenario, type TreeScenario } from '../scenario.ts';
import { unguarded } from '../run.ts';
import { same } from '../same.ts';

const distribution = 'distribution and GitLab, garbage-collection tests';
const untagged = { deleteUntagged: true } as const;
const removing = { deleteUntagged: true, removeEmptyRepositories: true } as const;

/** Repositories as such: nested, half there, empty. */
export const repositories: readonly (TreeScenario | ScriptScenario)[] = [
  {
    id: 'repositories/nested',
    title: 'repositories in repositories are repositories of their own',
    source: distribution,
    options: untagged,
    async arrange(registry) {
      const goes: Key[] = [];
      for (const repository of ['a', 'a/b', 'a/b/c', 'x/y/z']) {
        await registry.image({ repository, tag: 'v1' });
        goes.push(...allOf(await registry.image({ repository })));
      }
      return { goes, report: ({ found }) => same(found.repositories, 4, 'repositories') };
    },
  },
  {
    id: 'repositories/sibling-prefix',
    title: 'what goes from "a" leaves "ab", "a-b", "a.b" and "a/b" alone',
    source: 'distribution, driver tests: removing /a leaves /ab',
    options: removing,
    async arrange(registry) {
      for (const repository of ['ab', 'a-b', 'a.b', 'a0', 'a/b']) {
        await registry.image({ repository, tag: 'v1' });
      }
      const doomed = await registry.image({ repository: 'a', tag: 'v1' });
      await registry.untag('a', 'v1');
      return { goes: allOf(doomed) };
    },
  },
  {
    id: 'repositories/without-layers',
    title: 'a repository without layer links does not end the run (defect C)',
    source: 'defect C',
    async arrange(registry) {
      const image = await registry.image({ repository: 'app', tag: 'v1' });
      for (const { digest } of image.blobs) await registry.deleteLayer('app', digest);
      const orphan = await registry.blob('orphan');
      return { goes: [blobKey(orphan.digest)] };
    },
  },
  {
    id: 'repositories/without-manifests',
    title: 'a repository without manifests loses its unused layers, and the run goes on',
    source: distribution,
    async arrange(registry) {
      const unused = await registry.layer('half', 'never became an image');
      await registry.image({ repository: 'whole', tag: 'v1' });
      return { goes: layerIn('half', unused) };
    },
  },
  {
    id: 'repositories/unknown',
    title: 'what lies among the repositories and is none is left alone',
    source: distribution,
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      await registry.stray('repositories/README.txt');
      await registry.stray('repositories/unknown/file');
      return { goes: [], findings: [{ code: 'stray' }] };
    },
  },
  {
    id: 'repositories/without-tags',
    title: 'a repository without tags loses links, manifests and blobs together (defect H)',
    source: 'defect H',
    options: untagged,
    async arrange(registry) {
      const one = await registry.image({ repository: 'app' });
      const two = await registry.image({ repository: 'app' });
      await registry.image({ repository: 'other', tag: 'v1' });
      return { goes: allOf(one, two) };
    },
  },
  {
    id: 'repositories/order',
    title: 'a layer link is judged by all repositories, not by those seen so far (defect J)',
    source: 'defect J',
    async arrange(registry) {
      const layer = await registry.layer('zzz', 'needed by the last');
      await registry.mount('aaa', layer);
      await registry.image({ repository: 'aaa', tag: 'v1' });
      await registry.image({ repository: 'zzz', tag: 'v1', layers: [layer] });
      const dead = await registry.layer('aaa', 'needed by none');
      await registry.mount('zzz', dead);
      return { goes: [...layerIn('aaa', dead), layerKey('zzz', dead.digest)] };
    },
  },
  {
    id: 'repositories/stale-index-entries',
    title: 'a tag’s index entries of manifests that its repository no longer has go (defect K)',
    source: 'defect K',
    async arrange(registry) {
      const old = await registry.image({ repository: 'app', tag: 'latest' });
      const former = await registry.image({ repository: 'app', tag: 'latest' });
      const current = await registry.image({ repository: 'app', tag: 'latest' });
      await registry.deleteManifest('app', old.digest);
      // The former is still a revision, and so its entry stays, as does the current one’s.
      return {
        goes: [blobKey(old.digest), ...contentsOf(old), tagIndexKey('app', 'latest', old.digest)],
        report: ({ deleted }) =>
          same(deleted['tag-index'].count, 1, former.digest + current.digest),
      };
    },
  },
  {
    id: 'repositories/entry-of-the-current',
    title: 'the index entry of what a tag points at stays, also when the manifest is gone',
    source: 'own',
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const lost = await registry.image({ repository: 'app', tag: 'v2' });
      await registry.store.remove(revisionKey('app', lost.digest), blobKey(lost.digest));
      return { goes: contentsOf(lost), findings: [{ code: 'tag-dangling' }] };
    },
  },
  {
    id: 'repositories/referrers-folder',
    title: 'a _referrers folder, from unmerged work, is left alone',
    source: 'seen in the wild',
    options: removing,
    async arrange(registry) {
      const image = await registry.image({ repository: 'app', tag: 'v1' });
      const hex = image.digest.slice('sha256:'.length);
      await registry.stray(`repositories/app/_referrers/sha256/${hex}/link`, image.digest);
      return { goes: [], findings: [{ code: 'stray' }] };
    },
  },
  {
    id: 'repositories/empty-kept',
    title: 'without the flag, an empty repository keeps its links to layers that live elsewhere',
    source: 'defect K',
    options: untagged,
    async arrange(registry) {
      const layer = await registry.layer('empty', 'lives elsewhere');
      await registry.image({ repository: 'other', tag: 'v1', layers: [layer] });
      return { goes: [] };
    },
  },
  {
    id: 'repositories/empty-removed',
    title: 'with the flag, an empty repository loses its last links; nested ones and content stay',
    source: 'defect K',
    options: removing,
    async arrange(registry) {
      const layer = await registry.layer('empty', 'lives elsewhere');
      await registry.image({ repository: 'empty/nested', tag: 'v1', layers: [layer] });
      await registry.image({ repository: 'other', tag: 'v1', layers: [layer] });
      return { goes: [layerKey('empty', layer.digest)] };
    },
  },
  {
    id: 'repositories/emptied-now',
    title: 'with the flag, a repository that this run empties goes in the same run',
    source: 'defect K',
    options: removing,
    async arrange(registry) {
      const layer = await registry.layer('emptied', 'lives elsewhere');
      await registry.image({ repository: 'other', tag: 'v1', layers: [layer] });
      const doomed = await registry.image({ repository: 'emptied', layers: [layer, 'own'] });
      const content = blobKey(layer.digest);
      return { goes: allOf(doomed).filter((key) => key !== content) };
    },
  },
  {
    id: 'repositories/upload-active',
    title: 'with the flag, a repository with an unfinished upload stays',
    source: 'zot, garbage-collection tests',
    options: removing,
    async arrange(registry, { driver }) {
      const layer = await registry.layer('busy', 'lives elsewhere');
      await registry.image({ repository: 'other', tag: 'v1', layers: [layer] });
      await registry.upload({ repository: 'busy', startedat: await driver.now() });
      return { goes: [] };
    },
  },
  {
    id: 'repositories/signature-links',
    title: 'signature links of schema 1 live and die with their manifest',
    source: 'own',
    options: untagged,
    async arrange(registry) {
      const spec = { repository: 'old', layers: ['one'] };
      await registry.schema1({ ...spec, tag: 'v1', signatures: ['kept'] });
      const keys = new Set(await registry.store.keys(repositoriesPrefix));
      const doomed = await registry.schema1({ ...spec, tag: 'v2', signatures: ['dropped'] });
      const links = (await registry.store.keys(repositoriesPrefix)).filter(
        (key) => key.includes('/signatures/') && !keys.has(key),
      );
      await registry.untag('old', 'v2');
      const signature = await registry.blob('dropped');
      return {
        goes: [
          blobKey(doomed.digest),
          revisionKey('old', doomed.digest),
          blobKey(signature.digest),
          ...links,
        ],
      };
    },
  },
  {
    id: 'repositories/empty-directories',
    title: 'directories that a deletion empties go, and are counted; others stay (defect K)',
    source: 'defect K',
    needs: [needs.emptyDirectories],
    async run({ driver, registry }) {
      await registry.image({ repository: 'kept', tag: 'v1' });
      const doomed = await registry.image({ repository: 'gone', tag: 'v1' });
      await registry.untag('gone', 'v1');
      const report = await collect(driver, { ...unguarded, ...removing });
      same(await directoriesBelow(driver, repositoriesPrefix), ['kept'], 'repositories');
      const hex = doomed.digest.slice('sha256:'.length);
      const shard = joinPrefix(registryPrefix, 'blobs/sha256', hex.slice(0, 2));
      same((await directoriesBelow(driver, shard)).includes(hex), false, 'directory of a blob');
      same(report.deleted.directory.count > 0, true, 'no directory is counted');
    },
  },
  {
    id: 'repositories/upload-files',
    title: 'files of an upload are never taken for anything else',
    source: distribution,
    options: removing,
    async arrange(registry, { driver }) {
      await registry.image({ repository: 'app', tag: 'v1' });
      await registry.upload({ repository: 'app', id: 'link', startedat: await driver.now() });
      await registry.store.put(parseKey(`${uploadPrefix('app', 'data')}link`), 'not a link');
      return { goes: [], without: ['stray'] };
    },
  },
];

async function directoriesBelow(driver: StorageDriver, prefix: Prefix): Promise<string[]> {
  const names: string[] = [];
  for await (const page of driver.list({ prefix, depth: 'children', detail: 'keys' })) {
    for (const each of page.prefixes) names.push(each.slice(prefix.length, -1));
  }
  return names;
}
