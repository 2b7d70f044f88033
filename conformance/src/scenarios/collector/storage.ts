import { joinKey, parseKey, parsePrefix } from '@dunnage/driver-api';
import { blobKey, databaseLockKey, filesystemLockKey } from '../../registry/index.ts';
import { forEachParallel } from '../../registry/parallel.ts';
import { allOf } from '../parts.ts';
import { same } from '../same.ts';
import type { TreeScenario } from '../scenario.ts';

const distribution = 'distribution and GitLab, garbage-collection tests';

/** The storage as a whole: roots that are missing, locks of others, many pages. */
export const storage: readonly TreeScenario[] = [
  {
    id: 'storage/empty',
    title: 'an empty storage has nothing to collect, which is said and is no error (defect D)',
    source: `defect D; ${distribution}`,
    async arrange() {
      return {
        goes: [],
        findings: [{ code: 'no-repositories' }],
        report: ({ planned }) => same(planned.objects, 0, 'planned objects'),
      };
    },
  },
  {
    id: 'storage/no-repositories',
    title: 'blobs without a repositories directory all stay: this may be the wrong root (defect D)',
    source: 'defect D',
    options: { deleteUntagged: true, removeEmptyRepositories: true },
    async arrange(registry) {
      await registry.blob('one');
      await registry.blob('two');
      return { goes: [], findings: [{ code: 'no-repositories' }] };
    },
  },
  {
    id: 'storage/no-blobs',
    title: 'repositories without a blobs directory keep everything: it may be elsewhere just now',
    source: 'own',
    options: { deleteUntagged: true, removeEmptyRepositories: true },
    async arrange(registry) {
      const image = await registry.image({ repository: 'app', tag: 'v1' });
      await registry.store.remove(
        blobKey(image.digest),
        ...image.blobs.map(({ digest }) => blobKey(digest)),
      );
      return { goes: [], status: 'partial', findings: [{ code: 'manifest-missing' }] };
    },
  },
  {
    id: 'storage/other-things',
    title: 'what else lies in the storage is not touched',
    source: 'own',
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const orphan = await registry.blob('orphan');
      for (const path of [
        'backup/blobs/sha256/x/data',
        'docker/other',
        'docker/registry/v1/data',
      ]) {
        await registry.store.put(parseKey(path), 'not the registry’s');
      }
      return { goes: [blobKey(orphan.digest)] };
    },
  },
  {
    id: 'storage/database-in-use',
    title: 'a storage that a metadata database manages is refused, and the lock is named',
    source: 'GitLab, database-in-use tests',
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      await registry.blob('orphan');
      const key = await registry.lockForDatabase();
      return { goes: [], refused: 'DATABASE_IN_USE', names: key };
    },
  },
  {
    id: 'storage/database-lock-is-a-directory',
    title: 'a directory where the database’s lock would be is no lock',
    source: 'GitLab, database-in-use tests',
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const orphan = await registry.blob('orphan');
      await registry.store.put(joinKey(parsePrefix(`${databaseLockKey}/`), 'file'), 'x');
      return { goes: [blobKey(orphan.digest)] };
    },
  },
  {
    id: 'storage/filesystem-in-use',
    title: 'the file system’s own lock does not keep the collector out',
    source: 'GitLab, lock-file tests',
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const orphan = await registry.blob('orphan');
      await registry.store.put(filesystemLockKey, '{"version":1}');
      return { goes: [blobKey(orphan.digest)] };
    },
  },
  {
    id: 'storage/many-pages',
    title: '1,200 dead blobs are listed and deleted, over all pages and batches',
    source: 'GitLab, driver tests: 1,200 files',
    objects: 1200,
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const contents = Array.from({ length: 1200 }, (_, n) => `orphan ${n}`);
      const keys = new Set<ReturnType<typeof blobKey>>();
      await forEachParallel(contents, 32, async (content) => {
        keys.add(blobKey((await registry.blob(content)).digest));
      });
      return { goes: [...keys] };
    },
  },
  {
    id: 'storage/strays-among-blobs',
    title: 'files that are no blobs are reported, never followed and never deleted (defect G)',
    source: 'defect G',
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const orphan = await registry.blob('orphan');
      const hex = orphan.digest.slice('sha256:'.length);
      const strays = [
        'blobs/sha256/tmp/data',
        'blobs/sha256/x/data',
        'blobs/data',
        'blobs/sha256/ab/short/data',
        `blobs/sha256/00/${'f'.repeat(64)}/data`,
        `blobs/sha256/${hex.slice(0, 2)}/${hex}/data.tmp`,
        `blobs/md5/ab/${'ab'.repeat(16)}/other`,
        'blobs/sha256/ab/upper/DATA',
        'lost+found/inode',
      ];
      for (const path of strays) await registry.stray(path);
      return {
        goes: [blobKey(orphan.digest)],
        findings: [{ code: 'stray' }],
        // Where looking costs a call for each directory, those of blobs that stay are not looked into.
        report: ({ found }) => same(found.strays >= 6, true, 'strays are counted'),
      };
    },
  },
  {
    id: 'storage/strays-among-links',
    title: 'files that are no links are reported, never followed and never deleted (defect G)',
    source: 'defect G; distribution 4478',
    options: { deleteUntagged: true },
    async arrange(registry) {
      const image = await registry.image({ repository: 'app', tag: 'v1' });
      const doomed = await registry.image({ repository: 'app' });
      const hex = image.digest.slice('sha256:'.length);
      for (const path of [
        '_manifests/revisions/sha256/tmp/link',
        `_manifests/revisions/sha256/${hex}/link.1234.tmp`,
        `_manifests/tags/v1/current/link.1234.tmp`,
        '_manifests/tags/v1/current/.DS_Store',
        '_layers/sha256/nothex/link',
        '_layers/README',
      ]) {
        await registry.stray(`repositories/app/${path}`, image.digest);
      }
      return { goes: allOf(doomed), findings: [{ code: 'stray' }] };
    },
  },
];
