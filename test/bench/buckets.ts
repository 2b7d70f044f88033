/**
 * Measures Dunnage against the registry's own collector on the same buckets, in turn, and counts what
 * each asks of the store.
 *
 *     npm run bench:buckets -- --blobs 1k --out docs/benchmarks.md
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { azuriteBuckets, cephBuckets, gcsBuckets } from '../support/stores.ts';
import { bucketsDocument } from './buckets-document.ts';
import { compareOnBuckets } from './compare-on-buckets.ts';
import { remove } from './clone.ts';
import { debianRegistry, registry } from './collectors.ts';
import { parseSize } from './size.ts';
import { writeSection } from './sections.ts';
import { writeTree } from './tree.ts';

const { values } = parseArgs({
  options: {
    blobs: { type: 'string', default: '1k' },
    rounds: { type: 'string', default: '1' },
    /** Which stores. */
    stores: { type: 'string', default: 's3,azure,gcs' },
    /** Where the tables go; without it they are only printed. */
    out: { type: 'string' },
  },
});

const third = registry('registry 3', process.env['DUNNAGE_DISTRIBUTION'] ?? 'registry');
const STORES = {
  s3: { name: "S3: Ceph's gateway", start: cephBuckets, others: [debianRegistry(), third] },
  // Debian's build has no driver for it.
  azure: { name: 'Azure: Azurite', start: azuriteBuckets, others: [third] },
  // Its collector ends with an error on this server ("Path not found" for a link that is there).
  gcs: { name: 'Google Cloud Storage: fake-gcs-server', start: gcsBuckets, others: [] },
};

const directory = await mkdtemp(join(tmpdir(), 'dunnage-bench-'));
try {
  const tree = writeTree(join(directory, 'tree'), parseSize(values.blobs));
  const results = [];
  for (const name of values.stores.split(',')) {
    if (!(name in STORES)) throw new Error(`${name} is none of ${Object.keys(STORES).join(', ')}`);
    const store = STORES[name as keyof typeof STORES];
    console.error(`${store.name}, ${tree.blobs} blobs in ${tree.files} objects`);
    const say = (line: string): void => console.error(line);
    results.push(await compareOnBuckets(store, tree, Number(values.rounds), say));
  }
  const text = bucketsDocument(tree, results);
  if (values.out !== undefined) await writeSection(values.out, 'buckets', text);
  console.log(text);
} finally {
  await remove(directory);
}
