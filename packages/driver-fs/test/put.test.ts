import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import type { PutOptions } from '@dunnage/driver-api';
import { describe, expect, test } from 'vitest';
import {
  bytes,
  collect,
  failure,
  key,
  keys,
  openDriver,
  runElsewhere,
  startElsewhere,
  tempRoot,
  text,
  write,
} from './support.ts';

const RESERVED = '.dunnage-tmp';

async function* chunks(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield bytes(part);
}

describe('what is stored', () => {
  test('is the whole source, from bytes or from a stream', async () => {
    const root = tempRoot();
    const driver = openDriver(root);
    const info = await driver.put(key('a/b/one'), chunks('he', '', 'llo'), { size: 5 });
    await driver.put(key('a/two'), bytes(''));
    expect(readFileSync(join(root, 'a/b/one'), 'utf8')).toBe('hello');
    expect(statSync(join(root, 'a/two')).size).toBe(0);
    expect(info).toEqual(await driver.stat(key('a/b/one')));
    expect(info.size).toBe(5);
  });

  test('has a new etag with every write, also of the same bytes', async () => {
    const driver = openDriver(tempRoot());
    const etags = new Set<string | undefined>();
    for (let n = 0; n < 20; n++) etags.add((await driver.put(key('a'), bytes('same'))).etag);
    expect(etags.size).toBe(20);
  });

  test('is not there, nor a rest of it, when the size or the checksum is another one', async () => {
    const root = tempRoot({ 'there/old': 'old' });
    const driver = openDriver(root);
    const sha256 = createHash('sha256').update('hello').digest('hex');
    const wrong: PutOptions[] = [
      { size: 4 },
      { size: 6 },
      { checksum: { algorithm: 'sha256', value: sha256.replace(/./, 'x') } },
      { checksum: { algorithm: 'md5', value: sha256 } },
    ];
    for (const options of wrong) {
      for (const name of ['new/object', 'there/old']) {
        const error = await failure(driver.put(key(name), chunks('hel', 'lo'), options));
        expect(error).toMatchObject({ code: 'CORRUPT', applied: 'no', key: name });
      }
    }
    expect(await keys(driver)).toEqual(['there/old']);
    expect(readFileSync(join(root, 'there/old'), 'utf8')).toBe('old');
    expect(readdirSync(join(root, RESERVED))).toEqual([]);
    await driver.put(key('new/object'), chunks('hel', 'lo'), {
      checksum: { algorithm: 'sha256', value: sha256 },
    });
  });

  test('is not there when the source fails or the caller gives up', async () => {
    const root = tempRoot();
    const driver = openDriver(root);
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield bytes('x');
      throw new RangeError('no more');
    }
    expect(await failure(driver.put(key('a'), failing()))).toMatchObject({
      cause: expect.objectContaining({ message: 'no more' }) as unknown,
    });

    const controller = new AbortController();
    let ended = false;
    async function* hanging(): AsyncGenerator<Uint8Array> {
      try {
        yield bytes('x');
        controller.abort(new Error('enough'));
        await new Promise(() => {});
      } finally {
        ended = true;
      }
    }
    const error = await failure(driver.put(key('a'), hanging(), { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'ABORTED', op: 'put', key: 'a' });
    expect(ended).toBe(false);
    expect(readdirSync(join(root, RESERVED))).toEqual([]);
    expect(await keys(driver)).toEqual([]);
  });

  test('makes no directory when nothing is written', async () => {
    const root = tempRoot();
    const driver = openDriver(root);
    await failure(driver.put(key('a/b/c'), bytes('x'), { size: 2 }));
    await failure(driver.put(key('a/b/c'), bytes('x'), { ifMatch: 'y' }));
    await driver.close();
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('conditions', () => {
  test('ifAbsent stores once, whole', async () => {
    const driver = openDriver(tempRoot());
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        driver.put(key('lock'), bytes(`owner ${n}`), { ifAbsent: true }),
      ),
    );
    const winners = results.flatMap((result, n) => (result.status === 'fulfilled' ? [n] : []));
    expect(winners).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'ALREADY_EXISTS' });
    }
    const { body } = await driver.get(key('lock'));
    expect(await text(body)).toBe(`owner ${winners[0]}`);
  });

  /** Tries to get each of the locks, on the etag in `etag-N` where there is one. */
  const CONTENDER = `
    const [root, name] = process.argv.slice(1);
    const driver = createFsDriver({ root });
    const read = async (key) => new Response((await driver.get(key)).body).text();
    process.stdout.write('ready');
    while (!(await driver.stat('go'))) await new Promise((resolve) => setImmediate(resolve));
    const won = [];
    for (let n = 0; n < 50; n++) {
      const conditional = (await driver.stat('etag-' + n)) !== undefined;
      const condition = conditional ? { ifMatch: await read('etag-' + n) } : { ifAbsent: true };
      try {
        await driver.put('lock-' + n, new TextEncoder().encode(name), condition);
        won.push(n);
      } catch (error) {
        if (error.code !== (conditional ? 'PRECONDITION_FAILED' : 'ALREADY_EXISTS')) throw error;
      }
    }
    await driver.close();
    process.stdout.write(JSON.stringify(won));
  `;

  test.each(['ifAbsent', 'ifMatch'])('%s has exactly one winner among processes', async (mode) => {
    const root = tempRoot();
    const driver = openDriver(root);
    if (mode === 'ifMatch') {
      for (let n = 0; n < 50; n++) {
        const { etag } = await driver.put(key(`lock-${n}`), bytes('nobody'));
        await driver.put(key(`etag-${n}`), bytes(etag ?? ''));
      }
    }
    const contenders = ['a', 'b', 'c', 'd'].map((name) => {
      const child = startElsewhere(CONTENDER, [root, name]);
      let output = '';
      let ready = (): void => {};
      const readiness = new Promise<void>((resolve) => (ready = resolve));
      child.stdout?.on('data', (data: Buffer) => {
        output += data.toString();
        if (output.startsWith('ready')) ready();
      });
      const end = new Promise<string>((resolve) => child.on('close', () => resolve(output)));
      return { name, readiness, end };
    });
    await Promise.all(contenders.map(({ readiness }) => readiness));
    await driver.put(key('go'), bytes(''));
    const winners = new Map<number, string>();
    for (const { name, end } of contenders) {
      for (const n of JSON.parse((await end).slice('ready'.length)) as number[]) {
        expect(winners.has(n)).toBe(false);
        winners.set(n, name);
      }
    }
    expect(winners.size).toBe(50);
    for (const [n, name] of winners) {
      expect(readFileSync(join(root, `lock-${n}`), 'utf8')).toBe(name);
    }
    await driver.close();
    expect(readdirSync(root)).not.toContain(RESERVED);
  });

  test('ifMatch replaces what has the etag and nothing else', async () => {
    const root = tempRoot();
    const driver = openDriver(root);
    const { etag = '' } = await driver.put(key('a'), bytes('1'));
    const second = await driver.put(key('a'), bytes('2'), { ifMatch: etag });
    const stale = await failure(driver.put(key('a'), bytes('3'), { ifMatch: etag }));
    expect(stale).toMatchObject({ code: 'PRECONDITION_FAILED', applied: 'no' });
    const gone = await failure(driver.put(key('b'), bytes('3'), { ifMatch: etag }));
    expect(gone).toMatchObject({ code: 'PRECONDITION_FAILED' });
    expect(await driver.stat(key('a'))).toEqual(second);
    expect(await driver.stat(key('b'))).toBeUndefined();
  });

  test('a lock of a dead process does not stop ifMatch for good', async () => {
    const root = tempRoot();
    const driver = openDriver(root);
    const { etag = '' } = await driver.put(key('a'), bytes('1'));
    const lock = join(root, RESERVED, `lock-${createHash('sha256').update('a').digest('hex')}`);
    writeFileSync(lock, '');
    const old = Date.now() / 1000 - 60;
    utimesSync(lock, old, old);
    await driver.put(key('a'), bytes('2'), { ifMatch: etag });
    expect(readdirSync(join(root, RESERVED))).toEqual([]);
  });

  test('those that cannot be kept are refused', async () => {
    const driver = openDriver(tempRoot());
    const crc32c = { checksum: { algorithm: 'crc32c', value: '00000000' } } as const;
    expect(await failure(driver.put(key('a'), bytes('x'), crc32c))).toMatchObject({
      code: 'UNSUPPORTED',
    });
    const both = { ifAbsent: true, ifMatch: 'x' };
    expect(await failure(driver.put(key('a'), bytes('x'), both))).toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect(await keys(driver)).toEqual([]);
  });
});

describe('the reserved directory', () => {
  test('is in no listing, holds no key, and goes with the last driver', async () => {
    const root = tempRoot({ [`${RESERVED}/stray`]: '', [`x/${RESERVED}/stray`]: '', 'x/y': '' });
    const driver = openDriver(root);
    expect(await keys(driver)).toEqual(['x/y']);
    const [page] = await collect(driver.list({ depth: 'children' }));
    expect(page?.prefixes).toEqual(['x/']);
    for (const name of [RESERVED, `${RESERVED}/x`, `x/${RESERVED}/y`]) {
      expect(await failure(driver.put(key(name), bytes('')))).toMatchObject({
        code: 'INVALID_KEY',
      });
      expect(await failure(driver.stat(key(name)))).toMatchObject({ code: 'INVALID_KEY' });
      const [outcome] = await collect(driver.delete([{ key: key(name) }]));
      expect(outcome).toMatchObject({ outcome: 'failed', error: { code: 'INVALID_KEY' } });
    }
    await driver.put(key('similar.dunnage-tmp'), bytes(''));
  });

  test('is cleaned of what crashes left, and of nothing else', async () => {
    const root = tempRoot();
    const dead = await runElsewhere('console.log(process.pid)');
    const host = hostname().replaceAll(/[^A-Za-z0-9.-]/g, '_');
    const hour = 60 * 60 * 1000;
    const left: Record<string, number> = {
      [`${host}~${dead.trim()}~old`]: hour,
      [`elsewhere~1~very-old`]: 48 * hour,
      'lock-0000': 48 * hour,
    };
    const inUse: Record<string, number> = {
      [`${host}~${dead.trim()}~young`]: 1000,
      [`${host}~${process.pid}~mine`]: hour,
      [`elsewhere~1~old`]: hour,
    };
    for (const [name, age] of Object.entries({ ...left, ...inUse })) {
      const path = join(root, RESERVED, name);
      write(root, join(RESERVED, name), '');
      utimesSync(path, (Date.now() - age) / 1000, (Date.now() - age) / 1000);
    }
    const driver = openDriver(root);
    await driver.put(key('a'), bytes('x'));
    expect(readdirSync(join(root, RESERVED)).toSorted()).toEqual(Object.keys(inUse).toSorted());
  });

  test('a process that is killed while it writes leaves nothing in sight', async () => {
    const root = tempRoot({ a: 'old' });
    const child = startElsewhere(
      `
      const driver = createFsDriver({ root: process.argv[1] });
      async function* source() {
        yield new Uint8Array(1000);
        process.stdout.write('writing');
        await new Promise((resolve) => setTimeout(resolve, 1e6));
      }
      await driver.put('a', source());
      `,
      [root],
    );
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    const end = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await end;
    const driver = openDriver(root);
    expect(readdirSync(join(root, RESERVED))).toHaveLength(1);
    expect(await keys(driver)).toEqual(['a']);
    expect(readFileSync(join(root, 'a'), 'utf8')).toBe('old');
  });
});

describe('places where nothing can be put', () => {
  test('an object and a directory of one name exclude each other', async () => {
    const driver = openDriver(tempRoot({ 'dir/object': 'x' }));
    expect(await failure(driver.put(key('dir'), bytes('')))).toMatchObject({
      code: 'INVALID_KEY',
      providerCode: 'EISDIR',
    });
    const below = await failure(driver.put(key('dir/object/below/it'), bytes('')));
    expect(below).toMatchObject({ code: 'INVALID_KEY', providerCode: 'ENOTDIR' });
    expect((below as Error).message).toContain('dir/object is not a directory');
  });

  test('a root that is not there is not made', async () => {
    const root = join(tempRoot(), 'missing');
    const driver = openDriver(root);
    const error = await failure(driver.put(key('a'), bytes('')));
    expect(error).toMatchObject({ code: 'CONTAINER_NOT_FOUND' });
    mkdirSync(root);
    await driver.put(key('a'), bytes(''));
  });

  test('another mount below the root is one more copy away', async () => {
    const root = tempRoot();
    mkdirSync(join(root, 'mounted'));
    const script = `
      const driver = createFsDriver({ root: process.argv[1] });
      const bytes = new TextEncoder().encode('hello');
      const info = await driver.put('mounted/a/b', bytes);
      const stat = await driver.stat('mounted/a/b');
      await driver.put('mounted/c', bytes, { ifAbsent: true });
      const again = await driver.put('mounted/c', bytes, { ifAbsent: true }).catch((e) => e.code);
      const listed = [];
      for await (const page of driver.list()) listed.push(...page.objects.map((o) => o.key));
      await driver.close();
      console.log(JSON.stringify({ same: info.etag === stat.etag, size: stat.size, again, listed }));
    `;
    // Mounting needs a namespace of one's own, which not every machine gives.
    const probe = await runElsewhere('console.log(1)', [], { shell: 'unshare -rm true || exit 0' });
    expect(probe).toBe('1\n');
    const output = await runElsewhere(script, [root], {
      shell: `if unshare -rm true 2>/dev/null; then
        exec unshare -rm sh -c 'mount -t tmpfs none "$0/mounted"; exec "$@"' "${root}" "$@"; fi`,
    });
    expect(JSON.parse(output)).toEqual({
      same: true,
      size: 5,
      again: 'ALREADY_EXISTS',
      listed: ['mounted/a/b', 'mounted/c'],
    });
  });

  test('a directory without the right to write says so, and whose it is', async () => {
    const root = tempRoot({ 'closed/old': 'x' });
    chmodSync(root, 0o755);
    const output = await runElsewhere(
      `
      const driver = createFsDriver({ root: process.argv[1] });
      const put = await driver.put('closed/new', new Uint8Array(1)).catch((error) => error);
      const outcomes = [];
      for await (const outcome of driver.delete([{ key: 'closed/old' }])) outcomes.push(outcome);
      console.log(JSON.stringify({ put, outcomes }));
      `,
      [root],
      process.getuid?.() === 0
        ? { uid: 65534, gid: 65534 }
        : { shell: `chmod a-w ${root} ${root}/closed` },
    );
    chmodSync(join(root, 'closed'), 0o755);
    expect(JSON.parse(output)).toMatchObject({
      put: { code: 'PERMISSION_DENIED', providerCode: 'EACCES', applied: 'no' },
      outcomes: [{ outcome: 'denied', error: { code: 'PERMISSION_DENIED', key: 'closed/old' } }],
    });
    expect(readdirSync(join(root, 'closed'))).toEqual(['old']);
  });

  test('a file system whose clock is far from ours takes nothing', async () => {
    const root = tempRoot();
    const output = await runElsewhere(
      `
      const driver = createFsDriver({ root: process.argv[1] });
      const now = Date.now;
      const results = [];
      for (const ahead of [-600_000, 600_000, 30_000]) {
        Date.now = () => now() + ahead;
        results.push(await driver.put('a', new Uint8Array()).catch((error) => error));
      }
      await driver.close();
      console.log(JSON.stringify(results));
      `,
      [root],
    );
    const refused = { code: 'CONFIG_INVALID', applied: 'no' };
    expect(JSON.parse(output)).toMatchObject([
      {
        ...refused,
        message: expect.stringMatching(/clock is 6\d\d s ahead of this host's/) as unknown,
      },
      {
        ...refused,
        message: expect.stringMatching(/clock is 6\d\d s behind this host's/) as unknown,
      },
      { size: 0 },
    ]);
    expect(readdirSync(root)).toEqual(['a']);
  });

  test('no file handles and no room are told apart from other failures', async () => {
    const root = tempRoot({ a: 'x' });
    const handles = await runElsewhere(
      `
      import { openSync } from 'node:fs';
      const driver = createFsDriver({ root: process.argv[1] });
      await driver.stat('a');
      try { for (;;) openSync('/dev/null'); } catch {}
      const error = await driver.get('a').catch((error) => error);
      const put = await driver.put('b', new Uint8Array(1)).catch((error) => error);
      console.log(JSON.stringify([error, put]));
      `,
      [root],
      { shell: 'ulimit -n 64' },
    );
    const exhausted = { code: 'EXHAUSTED', providerCode: 'EMFILE', retry: 'after-backoff' };
    expect(JSON.parse(handles)).toMatchObject([exhausted, { ...exhausted, applied: 'no' }]);

    const large = await runElsewhere(
      `
      const driver = createFsDriver({ root: process.argv[1] });
      const put = await driver.put('large', new Uint8Array(1_000_000)).catch((error) => error);
      console.log(JSON.stringify(put));
      `,
      [root],
      { shell: 'ulimit -f 100' },
    );
    expect(JSON.parse(large)).toMatchObject({ code: 'TOO_LARGE', providerCode: 'EFBIG' });
    expect(readdirSync(root).filter((name) => name !== RESERVED)).toEqual(['a']);
  });
});
