import path from 'node:path';
import { expect, test } from 'vitest';
import { dunnage, json, temporaryDirectory, type Ended } from './support/dunnage.ts';
import { hook, linkPlugins, registration, writePlugin, type PluginSpec } from './support/plugin.ts';

/** A driver in ten lines: enough for `drivers inspect`. */
const DRIVER = `
const consistency = { afterWrite: 'strong', afterDelete: 'strong' };
const capabilities = {
  list: { order: 'none', startAfter: false, resumableCursor: false, ...consistency, maxPageSize: 10, etagInListing: false, checksumsInListing: [] },
  read: { afterWrite: 'strong', ifMatch: false },
  put: { atomic: true, ifAbsent: false, ifMatch: false, checksums: [] },
  delete: { batchMax: 1, reportsMissing: true, ifMatch: false, freesSpace: 'immediately' },
  versions: 'none', retention: 'none', emptyDirectories: false, modifiedResolutionMs: 1000, shared: true,
  keys: { maxBytes: 1024, caseSensitive: true, normalizes: 'none', objectAndPrefixMayCoexist: true },
};
const no = async () => { throw new Error('not in this test'); };
export async function open(source) {
  return {
    name: 'acme', id: source.url, apiVersion: 1, capabilities: async () => capabilities,
    stat: no, get: no, put: no, list: no, delete: no, now: no, close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}
`;

const BUNDLED = ['azure', 'fs', 'gcs', 'memory', 's3'];

interface Listed {
  readonly drivers: { name: string; origin: string; plugin: string }[];
  readonly problems: { plugin: string; message: string; advice: string }[];
  readonly notes: string[];
}

async function withPlugins(
  args: readonly string[],
  ...specs: readonly PluginSpec[]
): Promise<Ended> {
  const home = await temporaryDirectory();
  const roots: string[] = [];
  for (const spec of specs) {
    roots.push(await writePlugin(home, { files: { 'driver.js': DRIVER }, ...spec }));
  }
  await linkPlugins(home, roots);
  return dunnage(args, { env: { HOME: home } });
}

async function list(...specs: readonly PluginSpec[]): Promise<Ended & { listed: Listed }> {
  const ended = await withPlugins(['drivers', 'list', '--json'], ...specs);
  expect(ended.code).toBe(0);
  return { ...ended, listed: json(ended) as unknown as Listed };
}

const good: PluginSpec = { name: '@acme/driver-b2', hook: hook(registration('b2')) };

test('a linked driver is listed, opened and used like a bundled one', async () => {
  const { listed, stderr } = await list(good);
  expect(stderr).toBe('');
  expect(listed.drivers.map(({ name }) => name)).toEqual([...BUNDLED, 'b2'].sort());
  const linked = listed.drivers.find(({ name }) => name === 'b2');
  expect(linked).toMatchObject({ plugin: '@acme/driver-b2', origin: 'linked' });
  const inspected = await withPlugins(['drivers', 'inspect', 'b2://bucket', '--json'], good);
  expect(json(inspected)).toMatchObject({ storage: 'b2://bucket', driver: 'acme' });
});

test('a CommonJS plugin works too', async () => {
  const source = `module.exports = async () => (${registration('b2')});`;
  const { listed } = await list({ ...good, type: 'commonjs', hook: source });
  expect(listed.problems).toEqual([]);
  expect(listed.drivers.map(({ name }) => name)).toContain('b2');
});

test.each([
  [
    'throws in its hook',
    `export default () => { throw new Error('no such cloud'); }`,
    'no such cloud',
  ],
  ['throws when imported', `throw new Error('bad import');`, 'bad import'],
  [
    'ends the command, it thinks',
    `export default function () { const e = new Error('stop'); e.oclif = { exit: 9 }; throw e; }`,
    'stop',
  ],
  ['has a syntax error', `export default (`, 'could not be asked'],
  ['imports what is not there', `import 'no-such-sdk'; export default () => [];`, 'no-such-sdk'],
  ['has no hook in its file', `export const nothing = 1;`, 'has no function'],
  ['names no driver', `export default () => [];`, 'names no driver'],
  ['names something else', `export default () => 'b2';`, 'not an object'],
  ['speaks another version', hook(registration('b2', { api: '2' })), 'contract version'],
  ['has a name that is none', hook(registration('b2', { name: '"B 2"' })), '"name"'],
])('a plugin that %s is reported, and keeps no other from working', async (_, source, words) => {
  const { listed, stderr } = await list({ name: '@acme/driver-broken', hook: source }, good);
  expect(listed.drivers.map(({ name }) => name)).toEqual([...BUNDLED, 'b2'].sort());
  expect(listed.problems).toHaveLength(1);
  expect(listed.problems[0]).toMatchObject({ plugin: '@acme/driver-broken' });
  expect(listed.problems[0]?.message).toContain(words);
  expect(listed.problems[0]?.advice).toContain('plugins unlink @acme/driver-broken');
  expect(stderr).toContain('Warning: Plugin @acme/driver-broken');
});

test.each([
  ['its hook', 'export default () => new Promise(() => {});'],
  ['its module', 'await new Promise(() => {}); export default () => [];'],
])(
  'a plugin that hangs in %s is given up, in words, by a command that still ends',
  async (_, source) => {
    const { listed } = await list({ name: '@acme/driver-slow', hook: source }, good);
    expect(listed.drivers.map(({ name }) => name)).toEqual([...BUNDLED, 'b2'].sort());
    expect(listed.problems[0]?.message).toContain('no answer within 5 s');
  },
);

test('what a plugin prints is not mixed into our data', async () => {
  const noisy = `console.log('hello from a plugin'); export default async () => { process.stdout.write('more\\n'); return ${registration('b2')}; }`;
  const { listed, stderr } = await list({ ...good, hook: noisy });
  expect(listed.drivers.map(({ name }) => name)).toContain('b2');
  expect(stderr).toContain('hello from a plugin');
  expect(stderr).toContain('more');
});

test("the user's driver replaces a bundled one, and that is said", async () => {
  const own = {
    name: '@acme/driver-fast-fs',
    hook: hook(registration('fs', { schemes: '["file"]', registryNames: '["filesystem"]' })),
  };
  const { listed, stderr } = await list(own);
  expect(listed.drivers.map(({ name, plugin }) => [name, plugin])).toEqual(
    BUNDLED.map((name) => [name, name === 'fs' ? own.name : `@dunnage/driver-${name}`]),
  );
  expect(listed.notes).toContain(
    '@acme/driver-fast-fs replaces the bundled driver for file:// storages.',
  );
  expect(stderr).toContain('replaces the bundled driver');
  const home = await temporaryDirectory();
  const inspected = await withPlugins(['drivers', 'inspect', home, '--json'], own);
  expect(json(inspected)).toMatchObject({ driver: 'acme' });
});

test('two drivers for one scheme: neither is used, both are named', async () => {
  const rival = {
    name: '@rival/driver-b2x',
    hook: hook(registration('b2x', { schemes: '["b2"]' })),
  };
  const { listed } = await list(good, rival);
  expect(listed.problems.map(({ message }) => message)).toEqual([
    'more than one driver for b2:// storages, so none is used for it',
  ]);
  const opened = await withPlugins(['drivers', 'inspect', 'b2://bucket'], good, rival);
  expect(opened.code).toBe(3);
  expect(opened.stderr).toContain('@acme/driver-b2 and @rival/driver-b2x both bring a driver');
  // Everything else works on.
  const other = await withPlugins(['drivers', 'inspect', 'mem://x', '--json'], good, rival);
  expect(other.code).toBe(0);
});

test.each([
  ['does not load', `throw new Error('SDK is missing');`, 'SDK is missing'],
  ['has no open', `export const close = 1;`, 'no "open" function'],
  [
    'fails to open',
    `export async function open() { throw new TypeError('x is undefined'); }`,
    'x is undefined',
  ],
  [
    'opens something else',
    `export async function open() { return { list() {} }; }`,
    'lacks capabilities, stat',
  ],
])('a driver that %s ends as an unusable environment', async (_, source, words) => {
  const ended = await withPlugins(['drivers', 'inspect', 'b2://bucket'], {
    ...good,
    files: { 'driver.js': source },
  });
  expect(ended.code).toBe(3);
  expect(ended.stderr).toContain('@acme/driver-b2 1.2.3');
  expect(ended.stderr).toContain(words);
  expect(ended.stderr).not.toContain('    at ');
});

test("a driver's own errors keep their code", async () => {
  const source = `export async function open() {
    throw Object.assign(new Error('parameter "region" is missing'), {
      [Symbol.for('dunnage.storage-error.v1')]: true, code: 'CONFIG_INVALID', op: 'open', driver: 'b2', applied: 'no', retry: 'never' });
  }`;
  const ended = await withPlugins(['drivers', 'inspect', 'b2://bucket', '--json'], {
    ...good,
    files: { 'driver.js': source },
  });
  expect(ended.code).toBe(2);
  expect(json(ended)).toMatchObject({ error: { code: 'CONFIG_INVALID', exit: 2 } });
});

test.each([
  [['gc', 'b2://bucket', '--dry-run'], true],
  [['gc', 'b2://bucket', '--yes'], false],
  [['why', 'library/app:v1', 'b2://bucket'], true],
  [['drivers', 'inspect', 'b2://bucket'], true],
  [['drivers', 'inspect', 'b2://bucket', '--probe'], false],
])('a driver is told whether %j may change the storage', async (args, readOnly) => {
  const tells = `export async function open(source, { readOnly }) { throw new Error('readOnly: ' + readOnly); }`;
  const { stderr } = await withPlugins(args, { ...good, files: { 'driver.js': tells } });
  expect(stderr).toContain(`readOnly: ${readOnly}`);
});

test('whoever waits for a store that does not answer is told why', async () => {
  const failing = `
    let asked = 0;
    class Lost extends Error {
      code = 'UNAVAILABLE'; op = 'capabilities'; driver = 'b2'; applied = 'no';
      retry = ++asked < 5 ? 'after-backoff' : 'never';
      [Symbol.for('dunnage.storage-error.v1')] = true;
    }
    ${DRIVER.replace('capabilities: async () => capabilities', "capabilities: async () => { throw new Lost('nobody is there'); }")}`;
  const args = ['gc', 'b2://bucket', '--dry-run'];
  const { code, stderr } = await withPlugins(args, { ...good, files: { 'driver.js': failing } });
  expect(code).toBe(3);
  const told = stderr.split('\n').filter((line) => line.includes('attempt'));
  expect(told).toEqual([
    expect.stringMatching(/^Trying again in .* \(attempt 4\): nobody is there$/),
  ]);
});

test('a plugin whose directory is gone is told in a sentence', async () => {
  const home = await temporaryDirectory();
  await linkPlugins(home, [path.join(home, 'driver-gone')]);
  const { code, stderr } = await dunnage(['drivers', 'list', '--json'], { env: { HOME: home } });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^Warning: a plugin could not be loaded: .*driver-gone.*\n$/);
});

test('plugins link and unlink do it', async () => {
  const home = await temporaryDirectory();
  const root = await writePlugin(home, { ...good, files: { 'driver.js': DRIVER } });
  const linked = await dunnage(['plugins', 'link', '--no-install', root], { env: { HOME: home } });
  expect(linked.code).toBe(0);
  const inspected = await dunnage(['drivers', 'inspect', 'b2'], { env: { HOME: home } });
  expect(inspected.stdout).toContain(`@acme/driver-b2 1.2.3 (linked)`);
  const unlinked = await dunnage(['plugins', 'unlink', '@acme/driver-b2'], { env: { HOME: home } });
  expect(unlinked.code).toBe(0);
  const gone = await dunnage(['drivers', 'inspect', path.join('b2')], { env: { HOME: home } });
  expect(gone.code).toBe(3);
});
