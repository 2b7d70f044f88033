import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePrefix } from '@dunnage/driver-api';
import type { BulkVerbs, Key, Prefix } from '@dunnage/driver-api';
import type { FsOptions } from '@dunnage/driver-fs';
import { afterAll, describe, expect, test } from 'vitest';
import {
  collect,
  failure,
  key,
  keys,
  openDriver,
  prefix,
  runElsewhere,
  tempRoot,
} from './support.ts';

function bulkOn(root: string, options: Omit<FsOptions, 'root'> = {}): BulkVerbs {
  const { bulk } = openDriver(root, options);
  if (bulk === undefined) throw new Error('the driver has no bulk verbs');
  return bulk;
}

/** Revisions as a registry keeps them, some without their link: 20 × 1000 directories. */
function registry(root: string): { links: string[]; directories: Prefix[] } {
  const links: string[] = [];
  const directories: Prefix[] = [];
  for (let repository = 0; repository < 20; repository++) {
    for (let n = 0; n < 1000; n++) {
      const hex = (repository * 1000 + n).toString(16).padStart(64, '0');
      const directory = `repositories/r${repository}/_manifests/revisions/sha256/${hex}`;
      mkdirSync(join(root, directory), { recursive: true });
      directories.push(parsePrefix(`${directory}/`));
      if (n % 100 === 7) continue;
      writeFileSync(join(root, directory, 'link'), `sha256:${hex}`);
      links.push(`${directory}/link`);
    }
  }
  return { links, directories };
}

const MODES: readonly [name: string, options: Omit<FsOptions, 'root'>][] = [
  ['threads', { threads: 3 }],
  ['async', { mode: 'async', concurrency: 16 }],
];

describe('a tree of 20,000 files', () => {
  const root = mkdtempSync(join(tmpdir(), 'dunnage-fs-'));
  const { links, directories } = registry(root);
  afterAll(() => rmSync(root, { recursive: true }));

  test.each(MODES)('is walked, looked at and read in full, with %s', async (_, options) => {
    const bulk = bulkOn(root, options);
    const found: string[] = [];
    // A walk feeds on itself: the next directories are known from the last outcomes.
    const queue: Prefix[] = [prefix('')];
    let open = 1;
    let wake = (): void => {};
    async function* frontier(): AsyncGenerator<Prefix> {
      for (;;) {
        const next = queue.pop();
        if (next !== undefined) yield next;
        else if (open === 0) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    }
    for await (const outcome of bulk.children(frontier())) {
      if (outcome.status === 'failed') throw outcome.error;
      for (const name of outcome.objects) found.push(outcome.prefix + name);
      for (const name of outcome.directories) queue.push(parsePrefix(`${outcome.prefix}${name}/`));
      open += outcome.directories.length - 1;
      wake();
    }
    expect(found.toSorted()).toEqual(links.toSorted());

    const wanted = directories.map((directory) => key(`${directory}link`));
    const contents = new Map<string, string>();
    let missing = 0;
    for await (const outcome of bulk.read(wanted, { maxBytes: 71 })) {
      if (outcome.status === 'failed') throw outcome.error;
      if (outcome.status === 'missing') missing++;
      else contents.set(outcome.key, new TextDecoder().decode(outcome.bytes));
    }
    expect(missing).toBe(200);
    expect(contents.size).toBe(links.length);
    for (const [name, content] of contents) {
      expect(content).toBe(`sha256:${name.split('/').at(-2)}`);
    }
    const stats = await collect(bulk.stat(wanted));
    expect(stats.filter((each) => each.status === 'ok')).toHaveLength(links.length);
    expect(stats.filter((each) => each.status === 'missing')).toHaveLength(200);
  });

  test.each(MODES)('is listed in full, with %s', async (_, options) => {
    const driver = openDriver(root, options);
    expect(await keys(driver, { detail: 'keys' })).toEqual(links.toSorted());
    expect(await keys(driver)).toEqual(links.toSorted());
  });
});

test.each(MODES)('bulk verbs tell what the single verbs tell, with %s', async (_, options) => {
  const names = Array.from({ length: 1500 }, (_, n) => `d${n % 7}/${'x'.repeat(n % 50)}${n}`);
  const root = tempRoot(Object.fromEntries(names.map((name) => [name, `content of ${name}`])));
  const driver = openDriver(root, options);
  const { bulk } = driver;
  const asked = [...names, 'd1', 'missing', 'd1/missing', 'missing/missing'].map(key);
  const stats = new Map(
    (await collect(bulk?.stat(asked) ?? none())).map((each) => [each.key, each]),
  );
  const reads = new Map(
    (await collect(bulk?.read(asked, { maxBytes: 1000 }) ?? none())).map((each) => [
      each.key,
      each,
    ]),
  );
  expect(stats.size).toBe(asked.length);
  expect(reads.size).toBe(asked.length);
  for (const name of asked) {
    const info = await driver.stat(name);
    const stat = stats.get(name);
    const read = reads.get(name);
    if (info === undefined) {
      expect(stat).toEqual({ status: 'missing', key: name });
      expect(read).toEqual({ status: 'missing', key: name });
    } else {
      expect(stat).toEqual({ status: 'ok', key: name, info });
      const { body } = await driver.get(name);
      const bytes = new Uint8Array(await new Response(body).arrayBuffer());
      expect(read).toEqual({ status: 'ok', key: name, info, bytes });
    }
  }
});

async function* none(): AsyncGenerator<never> {}

describe.each(MODES)('read, with %s', (_, options) => {
  test('refuses what is too large, and serves much more than fits in a batch', async () => {
    const root = tempRoot();
    const size = 300_000;
    const names: Key[] = [];
    for (let n = 0; n < 600; n++) {
      if (n < 100) writeFileSync(join(root, `f${n}`), Buffer.alloc(size, n));
      else writeFileSync(join(root, `f${n}`), Buffer.alloc(10, n));
      names.push(key(`f${n}`));
    }
    writeFileSync(join(root, 'large'), Buffer.alloc(size + 1));
    const bulk = bulkOn(root, options);
    let served = 0;
    for await (const outcome of bulk.read([...names, ...names, key('large')], { maxBytes: size })) {
      if (outcome.key === 'large') {
        expect(outcome).toMatchObject({ status: 'failed', error: { code: 'TOO_LARGE' } });
        continue;
      }
      if (outcome.status !== 'ok') throw new Error(outcome.status);
      const n = Number(outcome.key.slice(1));
      expect(outcome.bytes.length).toBe(outcome.info.size);
      expect(outcome.bytes.every((byte) => byte === n % 256)).toBe(true);
      served++;
    }
    expect(served).toBe(1200);
  });

  test('pulls no faster than outcomes are taken', async () => {
    const root = tempRoot({ a: 'x' });
    let pulled = 0;
    function* endless(): Generator<Key> {
      for (;;) {
        pulled++;
        yield key('a');
      }
    }
    let taken = 0;
    let ahead = 0;
    for await (const outcome of bulkOn(root, options).read(endless(), { maxBytes: 10 })) {
      expect(outcome.status).toBe('ok');
      taken++;
      ahead = Math.max(ahead, pulled - taken);
      if (taken === 20_000) break;
    }
    expect(ahead).toBeLessThan(256 * 14);
  });

  test('gives what was asked before a source fails, then its error', async () => {
    const root = tempRoot({ a: 'x' });
    function* failing(): Generator<Key> {
      for (let n = 0; n < 1000; n++) yield key('a');
      throw new RangeError('the source is broken');
    }
    let served = 0;
    const error = await failure(
      (async () => {
        const outcomes = bulkOn(root, options).read(failing(), { maxBytes: 10 });
        for await (const outcome of outcomes) if (outcome.status === 'ok') served++;
      })(),
    );
    expect(error).toBeInstanceOf(RangeError);
    expect(served).toBe(1000);
  });

  test('ends its source when it is left', async () => {
    const root = tempRoot({ a: 'x' });
    let ended = false;
    async function* source(): AsyncGenerator<Key> {
      try {
        for (;;) yield key('a');
      } finally {
        ended = true;
      }
    }
    for await (const outcome of bulkOn(root, options).read(source(), { maxBytes: 10 })) {
      expect(outcome.status).toBe('ok');
      break;
    }
    expect(ended).toBe(true);
  });

  test('is cancelled, and closed, while its source has nothing to give', async () => {
    const root = tempRoot({ a: 'x' });
    async function* stuck(): AsyncGenerator<Key> {
      yield key('a');
      await new Promise(() => {});
    }
    const controller = new AbortController();
    const { signal } = controller;
    const taking = (async () => {
      for await (const outcome of bulkOn(root, options).read(stuck(), { maxBytes: 10, signal })) {
        expect(outcome.status).toBe('ok');
        controller.abort();
      }
    })();
    expect(await failure(taking)).toMatchObject({ code: 'ABORTED', op: 'read' });

    const driver = openDriver(root, options);
    const closing = (async () => {
      for await (const outcome of driver.bulk?.stat(stuck()) ?? none()) {
        expect(outcome.status).toBe('ok');
        void driver.close();
      }
    })();
    expect(await failure(closing)).toMatchObject({ code: 'CLOSED', op: 'stat' });
  });
});

test('after close every verb fails with CLOSED, also where threads had been started', async () => {
  const root = tempRoot({ a: 'x' });
  const driver = openDriver(root);
  const many = Array.from({ length: 3000 }, () => key('a'));
  expect(await collect(driver.bulk?.stat(many) ?? none())).toHaveLength(3000);
  await driver.close();
  await driver.close();
  const closed = { code: 'CLOSED' };
  const a = key('a');
  for (const promise of [
    driver.stat(a),
    driver.get(a),
    driver.put(a, new Uint8Array()),
    driver.now(),
    driver.capabilities(),
    collect(driver.list()),
    collect(driver.delete([{ key: a }])),
    collect(driver.bulk?.stat([a]) ?? none()),
    collect(driver.bulk?.read([a], { maxBytes: 1 }) ?? none()),
    collect(driver.bulk?.children([prefix('')]) ?? none()),
    collect(driver.pruneEmptyDirectories?.([prefix('x/')]) ?? none()),
  ]) {
    expect(await failure(promise)).toMatchObject(closed);
  }
});

test('idle threads do not keep a process alive that forgot to close', async () => {
  const output = await runElsewhere(
    `
    const driver = createFsDriver({ root: process.argv[1], threads: 2 });
    let count = 0;
    for await (const each of driver.bulk.stat(Array(5000).fill('a'))) count++;
    console.log(count);
    `,
    [tempRoot({ a: 'x' })],
  );
  expect(output).toBe('5000\n');
});
