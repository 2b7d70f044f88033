import type { BucketRow, StoreResult } from './compare-on-buckets.ts';
import { total } from './compare-on-buckets.ts';
import { table } from './table.ts';
import type { TreeFacts } from './tree.ts';

/** What was measured on buckets, as Markdown. */
export function bucketsDocument(tree: TreeFacts, results: readonly StoreResult[]): string {
  return ['## In buckets', intro(tree), ...results.map(section)].join('\n\n');
}

function intro({ blobs, files, repositories, tags, manifests }: TreeFacts): string {
  return [
    `${blobs.toLocaleString('en')} blobs in ${files.toLocaleString('en')} objects: ${repositories} repositories, ${tags} tags, ${manifests} manifests. The servers are on loopback and answer at once.`,
    'Over a real network each request costs tens of milliseconds, and the registry makes one after another: compare requests.',
    'They are counted by a proxy in front of the store. “times” is their figure divided by ours. Where nobody stands beside us,',
    'Debian’s registry has no driver for the store, and the collector of registry 3 fails on that server. These servers keep all in',
    'memory and take longer the more there is; Azurite, for deletes, above all.',
  ].join('\n');
}

function section({ store, rows }: StoreResult): string {
  const [ours, ...others] = [...new Set(rows.map(({ collector }) => collector))];
  const header = ['task', ours ?? '', ...others.flatMap((name) => [name, 'times'])];
  const tasks = [...new Set(rows.map(({ task }) => task))];
  const lines = tasks.flatMap((task) => {
    const [mine, ...theirs] = rows.filter((row) => row.task === task);
    if (mine === undefined) return [];
    return FIGURES.map(({ name, of, show }) => [
      `${task}: ${name}`,
      show(of(mine)),
      ...theirs.flatMap((row) => [show(of(row)), `**${(of(row) / of(mine)).toFixed(1)}**`]),
    ]);
  });
  return [`### ${store}`, table(header, lines), operations(rows)].join('\n\n');
}

const FIGURES: readonly {
  name: string;
  of: (row: BucketRow) => number;
  show: (value: number) => string;
}[] = [
  { name: 'requests', of: total, show: (value) => value.toLocaleString('en') },
  { name: 'time', of: ({ wall }) => wall, show: (value) => `${value.toFixed(2)} s` },
  { name: 'processor', of: ({ cpu }) => cpu, show: (value) => `${value.toFixed(2)} s` },
];

/** Which requests they were. */
function operations(rows: readonly BucketRow[]): string {
  const names = [...new Set(rows.flatMap(({ requests }) => Object.keys(requests)))].sort();
  const lines = rows.map(({ task, collector, requests }) => [
    `${task}, ${collector}`,
    ...names.map((name) => (requests[name as keyof typeof requests] ?? 0).toLocaleString('en')),
  ]);
  return table(['requests', ...names], lines);
}
