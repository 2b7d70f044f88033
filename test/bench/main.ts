/**
 * Measures Dunnage against the registry's own collector, on copies of the same trees, in turn.
 *
 *     npm run bench -- --sizes 1k,10k,100k --rounds 3 --out docs/benchmarks.md
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { remove } from './clone.ts';
import { type Collector, debianRegistry, dunnage, registry } from './collectors.ts';
import { compare } from './compare.ts';
import { document } from './document.ts';
import { retainedBytes } from './memory.ts';
import { writeSection } from './sections.ts';
import { parseSize } from './size.ts';
import { writeTree } from './tree.ts';

const MEMORY = '/dev/shm';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1k,10k,100k' },
    rounds: { type: 'string', default: '3' },
    /** Where the tables go; without it they are only printed. */
    out: { type: 'string' },
    /** Where the trees go; removed at the end. 100k needs 1 GB of memory, or 3 GB of disk. */
    directory: { type: 'string' },
  },
});

const sizes = values.sizes.split(',').map(parseSize);
const rounds = Number(values.rounds);
const others = competitors();
const parent = values.directory ?? defaultDirectory();
await mkdir(parent, { recursive: true });
const directory = await mkdtemp(join(parent, 'dunnage-bench-'));
try {
  const results = [];
  for (const size of sizes) {
    const tree = writeTree(join(directory, `tree-${size}`), size);
    console.error(`${tree.blobs} blobs in ${tree.files} files`);
    const rows = await compare(tree, others, rounds, (line) => console.error(line));
    results.push({ tree, rows, retained: await retainedBytes(tree.directory) });
    await remove(tree.directory);
  }
  const text = document(
    results,
    rounds,
    parent.startsWith(MEMORY) ? 'in memory' : 'on a local disk',
  );
  if (values.out !== undefined) await writeSection(values.out, 'files', text);
  console.log(text);
} finally {
  await remove(directory);
}

/** Dunnage first; then what is there to compare it with. */
function competitors(): readonly Collector[] {
  const found = [dunnage, debianRegistry()];
  const third = process.env['DUNNAGE_DISTRIBUTION'];
  return third === undefined ? found : [...found, registry('registry 3', third)];
}

/** In memory, where that is possible: a disk would be measured more than the collectors are. */
function defaultDirectory(): string {
  return existsSync(MEMORY) ? MEMORY : tmpdir();
}
