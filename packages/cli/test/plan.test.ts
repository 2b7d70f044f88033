import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { dunnage, json, temporaryDirectory } from './support/dunnage.ts';
import { blobsIn, build, copyOf, makeRegistry, pull, snapshot } from './support/registry.ts';

async function planned() {
  const sample = await makeRegistry();
  const directory = await temporaryDirectory();
  const file = path.join(directory, 'plan.ndjson');
  const ended = await dunnage(['gc', sample.root, '-m', '--dry-run', '--plan', file]);
  expect(ended.code).toBe(0);
  return { ...sample, directory, file };
}

test('a plan is written whole, and applied to the same end as a collection', async () => {
  const { root, file, directory } = await planned();
  expect(await readdir(directory)).toEqual(['plan.ndjson']);
  const other = await copyOf(root);
  const applied = await dunnage(['gc', 'apply', file, root, '--yes', '--json']);
  expect(applied.code).toBe(0);
  expect(json(applied)).toMatchObject({ status: 'done', deleted: { blob: { count: 4 } } });
  await dunnage(['gc', other, '-m', '--yes']);
  expect(await blobsIn(root)).toEqual(await blobsIn(other));
  expect(await pull(root)).toMatchObject({ tags: 2, problems: [] });
});

test('a plan knows its storage', async () => {
  const { root, file } = await planned();
  const { code } = await dunnage(['gc', 'apply', file, '--yes', '--quiet']);
  expect(code).toBe(0);
  expect(await blobsIn(root)).toHaveLength(7);
});

test('a plan goes through pipes', async () => {
  const { root } = await makeRegistry();
  const plan = await dunnage(['gc', root, '-m', '--dry-run', '--plan', '-']);
  expect(plan.code).toBe(0);
  const lines = plan.stdout.trimEnd().split('\n');
  for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
  expect(plan.stderr).toContain('Dry run');
  const applied = await dunnage(['gc', 'apply', '-', root, '--yes'], { stdin: plan.stdout });
  expect(applied.code).toBe(0);
  expect(await blobsIn(root)).toHaveLength(7);
});

test('a real run keeps its plan, too', async () => {
  const { root } = await makeRegistry();
  const file = path.join(await temporaryDirectory(), 'plan');
  const { code } = await dunnage(['gc', root, '--yes', '--plan', file]);
  expect(code).toBe(0);
  expect((await readFile(file, 'utf8')).split('\n').length).toBeGreaterThan(2);
});

test.each([
  ['edited', (text: string) => text.replace('"reason":"unreferenced"', '"reason":"untagged"')],
  ['cut off', (text: string) => text.slice(0, text.length / 2)],
  ['without its last line', (text: string) => text.trimEnd().split('\n').slice(0, -1).join('\n')],
  ['something else', () => '# a shopping list\n'],
  ['empty', () => ''],
])('a plan that is %s is refused, and nothing deleted', async (_, change) => {
  const { root, file } = await planned();
  await writeFile(file, change(await readFile(file, 'utf8')));
  const before = await blobsIn(root);
  const ended = await dunnage(['gc', 'apply', file, root, '--yes', '--json']);
  expect(ended.code).toBe(5);
  expect(json(ended)).toMatchObject({ error: { code: 'PLAN_INVALID', exit: 5 } });
  expect(await blobsIn(root)).toEqual(before);
});

test('a plan on stdin needs its storage named: stdin is no argument', async () => {
  const { root, file } = await planned();
  const before = await snapshot(root);
  const stdin = await readFile(file, 'utf8');
  const ended = await dunnage(['gc', 'apply', '-', '--yes', '--json'], { stdin });
  expect(ended.code).toBe(2);
  expect(json(ended)).toMatchObject({ error: { code: 'STORAGE_NOT_NAMED' } });
  expect(await snapshot(root)).toEqual(before);
});

test('a file that is no plan is told as such, also where it would have to name the storage', async () => {
  const file = path.join(await temporaryDirectory(), 'notes');
  for (const text of ['# a shopping list\n', '', 'null\n', '{"storage":7}\n']) {
    await writeFile(file, text);
    const ended = await dunnage(['gc', 'apply', file, '--yes', '--json']);
    expect(ended.code).toBe(5);
    expect(json(ended)).toMatchObject({ error: { code: 'PLAN_INVALID' } });
  }
});

test('a plan for another storage is refused', async () => {
  const { file } = await planned();
  const other = await makeRegistry();
  const before = await snapshot(other.root);
  const ended = await dunnage(['gc', 'apply', file, other.root, '--yes', '--json']);
  expect(ended.code).toBe(5);
  expect(json(ended)).toMatchObject({ error: { code: 'PLAN_FOREIGN' } });
  expect(await snapshot(other.root)).toEqual(before);
});

test('what came into use since the plan stays', async () => {
  const { root, file, deadLayer } = await planned();
  await build(root, async (registry) => {
    const layer = { digest: deadLayer, size: 20 };
    await registry.image({ repository: 'other', tag: 'new', layers: [layer] });
  });
  const ended = await dunnage(['gc', 'apply', file, root, '--yes', '--json']);
  expect(ended.code).toBe(4);
  expect(json(ended)['changed']).toBeGreaterThan(0);
  expect(await blobsIn(root)).toContain(deadLayer);
  expect(await pull(root)).toMatchObject({ tags: 3, problems: [] });
});

test('a plan that can not be written ends the run before any work', async () => {
  const { root } = await makeRegistry();
  const before = await snapshot(root);
  const parent = await temporaryDirectory();
  const directory = await mkdtemp(path.join(parent, 'plan'));
  for (const place of ['/no/such/directory/plan', directory]) {
    const ended = await dunnage(['gc', root, '--yes', '--plan', place]);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain("plan can't be written");
    expect(ended.stderr).not.toContain('Took stock');
  }
  expect(await readdir(parent)).toEqual([path.basename(directory)]);
  expect(await snapshot(root)).toEqual(before);
});

test('a run that fails leaves no plan behind', async () => {
  const { root } = await makeRegistry();
  await build(root, async (registry) => void (await registry.lockForDatabase()));
  const directory = await temporaryDirectory();
  const ended = await dunnage(['gc', root, '-d', '--plan', path.join(directory, 'plan')]);
  expect(ended.code).toBe(5);
  expect(await readdir(directory)).toEqual([]);
});

test.each([
  [['gc', 'apply', 'no-such-plan', '--yes'], 3, 'does not exist'],
  [['gc', 'apply'], 2, 'Missing 1 required arg'],
  [['gc', 'mem://x', '-d', '--plan', '-', '--json'], 2, 'stdout'],
])('%j is a clear error', async (args, exit, words) => {
  const { code, stdout, stderr } = await dunnage(args);
  expect(code).toBe(exit);
  expect(stdout + stderr).toContain(words);
});

test('there is nothing to resume where nothing was interrupted', async () => {
  const { root } = await makeRegistry();
  const ended = await dunnage(['gc', 'resume', root, '--yes', '--json']);
  expect(ended.code).toBe(1);
  expect(json(ended)).toMatchObject({ error: { code: 'NOTHING_TO_RESUME' } });
  await rm(root, { recursive: true });
});
