import { arch, availableParallelism, platform, totalmem } from 'node:os';
import type { Row } from './compare.ts';
import { TASKS } from './collectors.ts';
import { table } from './table.ts';
import type { TreeFacts } from './tree.ts';

/** All that was measured on one tree. */
export interface Result {
  readonly tree: TreeFacts;
  readonly rows: readonly Row[];
  readonly retained: number;
}

/** The results as Markdown. */
export function document(results: readonly Result[], rounds: number, where: string): string {
  return `${[
    intro(rounds, where),
    ...results.map(section),
    memory(results),
    requests(results),
    LIMITS,
    METHOD,
  ].join('\n\n')}\n`;
}

function intro(rounds: number, where: string): string {
  const machine = `${availableParallelism()} processors, ${Math.round(totalmem() / 2 ** 30)} GiB of memory, ${platform()} on ${arch()}, trees ${where}`;
  return [
    `Dunnage beside the registry's own \`garbage-collect\`, on hard-linked copies of the same tree, taking turns; ${rounds === 1 ? 'one run each' : `medians of ${rounds} runs`}.`,
    `Machine: ${machine}; Node ${process.versions.node}. “times” is their figure divided by ours: above 1, ours is better.`,
  ].join('\n');
}

function section({ tree, rows }: Result): string {
  const others = [...new Set(rows.map((row) => row.collector))].slice(1);
  const header = ['task', 'dunnage', ...others.flatMap((name) => [name, 'times'])];
  const lines = TASKS.flatMap((task) => {
    const [ours, ...theirs] = rows.filter((row) => row.task.name === task.name);
    if (ours === undefined) return [];
    return FIGURES.map(({ name, of, show }) => [
      `${task.name}: ${name}`,
      show(of(ours)),
      ...theirs.flatMap((row) => [show(of(row)), `**${(of(row) / of(ours)).toFixed(1)}**`]),
    ]);
  });
  const facts = `${tree.repositories} repositories, ${tree.tags} tags, ${tree.manifests} manifests, ${tree.files} files`;
  return `## ${tree.blobs.toLocaleString('en')} blobs\n\n${facts}.\n\n${table(header, lines)}`;
}

const FIGURES: readonly {
  name: string;
  of: (row: Row) => number;
  show: (value: number) => string;
}[] = [
  { name: 'time', of: (row) => row.cost.wall, show: (value) => `${value.toFixed(2)} s` },
  { name: 'processor', of: (row) => row.cost.cpu, show: (value) => `${value.toFixed(2)} s` },
  { name: 'peak memory', of: (row) => row.cost.peakBytes, show: mebibytes },
];

function memory(results: readonly Result[]): string {
  const lines = results.map((result, index) => {
    const before = results[index - 1];
    const ours = dryRunOf(result);
    const growth = (of: (from: Result) => number): string =>
      before === undefined
        ? ''
        : ((of(result) - of(before)) / (result.tree.blobs - before.tree.blobs)).toFixed(1);
    return [
      result.tree.blobs.toLocaleString('en'),
      mebibytes(result.retained),
      growth((from) => from.retained),
      mebibytes(ours.cost.peakBytes),
      growth((from) => dryRunOf(from).cost.peakBytes),
    ];
  });
  const header = [
    'blobs',
    'in use',
    'bytes per added blob',
    'peak resident',
    'bytes per added blob',
  ];
  return `## Memory of a dry run with \`-m\`\n\n${table(header, lines)}`;
}

function dryRunOf(result: Result): Row {
  const row = result.rows.find(({ task }) => task.dryRun && task.untagged);
  if (row === undefined) throw new Error('no dry run was measured');
  return row;
}

function requests(results: readonly Result[]): string {
  const verbs = [
    ...new Set(
      results.flatMap(({ rows }) => rows.flatMap((row) => Object.keys(row.requests ?? {}))),
    ),
  ];
  const lines = results.flatMap(({ tree, rows }) =>
    rows.flatMap((row) => {
      const made = row.requests;
      if (made === undefined) return [];
      const counts = verbs.map((verb) => (made[verb] ?? 0).toLocaleString('en'));
      return [[tree.blobs.toLocaleString('en'), row.task.name, ...counts]];
    }),
  );
  return `## Calls to the storage driver\n\n${table(['blobs', 'task', ...verbs], lines)}`;
}

const LIMITS = [
  '## What limits',
  '',
  "On a warm local disk the registry's collector pays for system calls, one after another, and Dunnage for JavaScript: a bare",
  'loop of the same calls that a dry run of 100,000 blobs makes takes about 1 s of processor time in one thread, Dunnage 3.4 s. Of',
  'these, about 1 s are the calls, a quarter is V8 itself (compiling, sweeping memory), and the rest is spread thin over the main thread: a promise',
  'and an outcome per item on its way through the layers, looking up digests, parsing and hashing manifests. The aim of 5 times is reached',
  'with `-m` in a dry run, not without it. The next step is bulk verbs that answer in batches rather than by item. Of a sweep most is system',
  "calls: a delete that can't be led astray by a planted link takes three times the calls of one that can.",
  '',
  'Of the memory in use, a digest takes about 40 bytes (kept whole, so that none is taken for another), the rest are links, tags,',
  'references and, for garbage alone, sizes, times and etags. Peak resident memory is mostly garbage of the runtime:',
  '`NODE_OPTIONS=--max-semi-space-size=2` halves it for a few per cent of time.',
].join('\n');

const METHOD = [
  '## How it is measured',
  '',
  'Trees are written by `test/bench/tree.ts` and hold nothing that the collectors judge differently; the run fails',
  'when they do not leave the same blobs behind. Both collectors run as their users run them: a process each, started',
  'from nothing, output to a file. Times and memory are those that the kernel reports at exit. Wall time on a shared machine is',
  'noisy: compare columns, not runs. “In use” is what the collector holds on to, after a forced garbage collection at the',
  'end of each phase; “peak resident” includes the runtime and what it had not yet given back.',
  '',
  'Not the same is done: version 2.8 leaves the layer links of deleted blobs, the history of tags and empty',
  'directories where they are. On a disk, a real run is bound by how fast the file system forgets files, which is',
  'the same for all.',
].join('\n');

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
