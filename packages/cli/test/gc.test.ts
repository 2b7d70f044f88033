import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { dunnage, json, temporaryDirectory } from './support/dunnage.ts';
import { blobsIn, build, makeRegistry, pull, snapshot } from './support/registry.ts';

describe('a dry run', () => {
  test('says what would go and changes nothing, not even a time', async () => {
    const { root } = await makeRegistry();
    const before = await snapshot(root);
    const { code, stdout, stderr } = await dunnage(['gc', root, '--dry-run', '-m']);
    expect(code).toBe(0);
    expect(await snapshot(root)).toEqual(before);
    expect(stdout).toContain('Dry run: a real run would free');
    expect(stdout).toMatch(/^Live +1 repository, 2 tags, 2 manifests and 7 blobs$/m);
    expect(stdout).toMatch(/^To delete +4 blobs, .*36% of all blobs/m);
    // What happened on the way is for people, not for pipes.
    expect(stderr).toMatch(/^Took stock \(.*\)\.\nMarked what is live/);
  });

  test('needs no consent and no terminal', async () => {
    const { root } = await makeRegistry();
    const { code } = await dunnage(['gc', root, '-d', '-q']);
    expect(code).toBe(0);
  });
});

describe('a collection', () => {
  test('deletes what nothing needs, and every tag can still be pulled', async () => {
    const { root, liveLayer, deadLayer } = await makeRegistry();
    const { code, stdout } = await dunnage(['gc', root, '-m', '--yes']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Done in .*: .* freed\.$/m);
    expect(stdout).toMatch(/^Deleted +4 blobs/m);
    expect(stdout).toContain('restart the registry');
    const blobs = await blobsIn(root);
    expect(blobs).toHaveLength(7);
    expect(blobs).toContain(liveLayer);
    expect(blobs).not.toContain(deadLayer);
    expect(await pull(root)).toMatchObject({ tags: 2, problems: [] });
  });

  test('keeps untagged manifests unless they are asked for', async () => {
    const { root, deadLayer } = await makeRegistry();
    const ended = await dunnage(['gc', root, '--yes', '--json']);
    expect(ended.stderr).toBe('');
    expect(json(ended)).toMatchObject({ status: 'done', deleted: { blob: { count: 1 } } });
    expect(await blobsIn(root)).toContain(deadLayer);
  });

  test('leaves alone what is young', async () => {
    const { root } = await makeRegistry();
    await build(root, async (registry) => void (await registry.blob('fresh')), 'new');
    const young = await dunnage(['gc', root, '--yes', '--json']);
    expect(json(young)).toMatchObject({ deleted: { blob: { count: 1 } }, spared: { young: 1 } });
    const all = await dunnage(['gc', root, '--yes', '--json', '--min-age', '0s']);
    expect(json(all)).toMatchObject({ deleted: { blob: { count: 1 } }, spared: { young: 0 } });
  });

  test('says on a storage without garbage that there is none', async () => {
    const { root } = await makeRegistry();
    await dunnage(['gc', root, '-m', '--yes']);
    const { code, stdout } = await dunnage(['gc', root, '-m', '--yes']);
    expect(code).toBe(0);
    expect(stdout).toContain('there was nothing to delete');
  });

  test('of a directory that is no registry is done at once, with a warning', async () => {
    const directory = await temporaryDirectory();
    const { code, stderr } = await dunnage(['gc', directory, '--yes']);
    expect(code).toBe(0);
    expect(stderr).toContain('Warning: there are no repositories');
  });

  test('keeps manifests that it has read, where it is told to, for the next run', async () => {
    const { root } = await makeRegistry();
    const home = await temporaryDirectory();
    const args = ['gc', root, '--dry-run', '--json'];
    const kept = await dunnage(args, { env: { HOME: home } });
    expect(kept.code).toBe(0);
    const cache = path.join(home, 'cache', 'dunnage', 'manifests');
    expect((await snapshot(cache)).size).toBeGreaterThan(0);
    const own = path.join(home, 'own');
    await dunnage([...args, '--cache-dir', own], { env: { HOME: home } });
    expect((await snapshot(own)).size).toBeGreaterThan(0);
    const bare = await temporaryDirectory();
    await dunnage([...args, '--no-cache'], { env: { HOME: bare } });
    expect((await snapshot(bare)).size).toBe(0);
  });

  test('goes on without a cache that it can not have', async () => {
    const { root } = await makeRegistry();
    const file = path.join(await temporaryDirectory(), 'file');
    await writeFile(file, '');
    const ended = await dunnage(['gc', root, '-d', '--cache-dir', path.join(file, 'cache')]);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('Parsed manifests are not kept between runs');
  });
});

describe('consent', () => {
  test.each([['gc'], ['gc', 'resume']])(
    '%s %s refuses without --yes where nobody can be asked',
    async (...command) => {
      const { root } = await makeRegistry();
      const before = await snapshot(root);
      const { code, stdout, stderr } = await dunnage([...command.filter(Boolean), root]);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toContain('--yes');
      expect(stderr).toContain('--dry-run');
      expect(await snapshot(root)).toEqual(before);
    },
  );

  test('--yes does not lift the guard', async () => {
    const { root } = await makeRegistry();
    const before = await snapshot(root);
    const ended = await dunnage([
      'gc',
      root,
      '-m',
      '--yes',
      '--json',
      '--max-delete-percent',
      '20',
    ]);
    expect(ended.code).toBe(5);
    expect(json(ended)).toMatchObject({ error: { code: 'TOO_MUCH_TO_DELETE', exit: 5 } });
    expect(await blobsIn(root)).toHaveLength(11);
    expect(await snapshot(root)).toEqual(before);
    const allowed = await dunnage(['gc', root, '-m', '--yes', '--max-delete-percent', '40%']);
    expect(allowed.code).toBe(0);
  });
});

describe('what comes out', () => {
  test('--json is one document, with everything on stdout and nothing on stderr', async () => {
    const { root, url } = await makeRegistry();
    const ended = await dunnage(['gc', root, '-m', '--yes', '--json']);
    expect(ended.stderr).toBe('');
    const report = json(ended);
    expect(report).toMatchObject({
      status: 'done',
      dryRun: false,
      storage: url,
      found: { repositories: 1, tags: 2, revisions: 3, blobs: 11 },
      live: { repositories: 1, tags: 2, manifests: 2, blobs: 7 },
      deleted: { blob: { count: 4 }, revision: { count: 1 } },
      rules: { deleteUntagged: true, minAgeMs: 3_600_000 },
    });
    expect(report['freedBytes']).toBeGreaterThan(0);
  });

  test('--ndjson is an event a line, and the report at last', async () => {
    const { root } = await makeRegistry();
    const { stdout, stderr } = await dunnage(['gc', root, '-m', '--yes', '--ndjson']);
    expect(stderr).toBe('');
    const lines = stdout.trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as { type: string; report?: unknown });
    expect(events[0]).toEqual({ type: 'phase-start', phase: 'inventory' });
    expect(events.map(({ type }) => type)).toContain('planned');
    expect(events.at(-1)).toMatchObject({ type: 'report', report: { status: 'done' } });
    expect(events.filter(({ type }) => type === 'report')).toHaveLength(1);
  });

  test('--ndjson ends with the error, too', async () => {
    const { root } = await makeRegistry();
    const ended = await dunnage(['gc', root, '-m', '--yes', '--ndjson', '--max-delete-percent=1']);
    expect(ended.code).toBe(5);
    const last = JSON.parse(ended.stdout.trimEnd().split('\n').at(-1) ?? '') as unknown;
    expect(last).toMatchObject({ type: 'error', error: { code: 'TOO_MUCH_TO_DELETE' } });
  });

  test('--quiet says nothing when nothing is wrong', async () => {
    const { root } = await makeRegistry();
    expect(await dunnage(['gc', root, '-m', '--yes', '-q'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('colours are for terminals, or where they are forced', async () => {
    const { root } = await makeRegistry();
    const args = ['gc', root, '-d'];
    const plain = await dunnage(args);
    expect(plain.stdout + plain.stderr).not.toContain('\u001B[');
    const forced = await dunnage(args, { env: { FORCE_COLOR: '1' } });
    expect(forced.stdout).toContain('\u001B[');
    const refused = await dunnage(args, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(refused.stdout + refused.stderr).not.toContain('\u001B[');
    const flagged = await dunnage([...args, '--no-color'], { env: { FORCE_COLOR: '1' } });
    expect(flagged.stdout + flagged.stderr).not.toContain('\u001B[');
  });

  test('a reader that goes away is no error', async () => {
    const { root } = await makeRegistry();
    let seen = false;
    const ended = await dunnage(['gc', root, '-m', '--yes', '--ndjson'], {
      onStdout: (_text, child) => {
        seen = true;
        child.stdout?.destroy();
      },
    });
    expect(seen).toBe(true);
    expect(ended.stderr).toBe('');
    expect(ended.code).toBe(0);
    expect(await blobsIn(root)).toHaveLength(7);
  });

  test('ten thousand of a kind do not bury the rest', async () => {
    const { root } = await makeRegistry();
    await build(root, async (registry) => {
      for (let n = 0; n < 40; n++) await registry.stray(`blobs/sha256/tmp-${n}/data`);
    });
    const { stderr } = await dunnage(['gc', root, '-d']);
    expect(stderr.match(/tmp-\d+/g)?.length).toBeLessThanOrEqual(10);
  });
});

describe('what can not be judged', () => {
  test('is kept, told, and ends as partly done', async () => {
    const { root, deadLayer } = await makeRegistry();
    await build(root, async (registry) => {
      await registry.manifest({ repository: 'app', tag: 'broken', manifest: '{ no json' });
    });
    const { code, stdout, stderr } = await dunnage(['gc', root, '-m', '--yes']);
    expect(code).toBe(4);
    expect(stderr).toContain('Unjudged:');
    expect(stdout).toMatch(/^Partly done/m);
    expect(stdout).toMatch(/^Unjudged +.*sha256/m);
    expect(await blobsIn(root)).toContain(deadLayer);
    // Even quietly: it is what went wrong.
    const quiet = await dunnage(['gc', root, '-m', '--yes', '-q']);
    expect(quiet.code).toBe(4);
    expect(quiet.stdout).toBe('');
    expect(quiet.stderr).toContain('Unjudged:');
  });

  test('a storage that a database manages is refused, by the key of its lock', async () => {
    const { root } = await makeRegistry();
    await build(root, async (registry) => void (await registry.lockForDatabase()));
    const ended = await dunnage(['gc', root, '--dry-run', '--json']);
    expect(ended.code).toBe(5);
    expect(json(ended)).toMatchObject({ error: { code: 'DATABASE_IN_USE' } });
    expect(ended.stdout).toContain('docker/registry/lockfiles/database-in-use');
  });
});

test('config.yml names the storage, and its cache what to do afterwards', async () => {
  const { root } = await makeRegistry();
  const config = path.join(await temporaryDirectory(), 'config.yml');
  await writeFile(
    config,
    `storage: {filesystem: {rootdirectory: ${root}}, cache: {blobdescriptor: redis}}\nredis: {addr: "cache:6379", db: 3, password: hunter2}\n`,
  );
  const { code, stdout, stderr } = await dunnage(['gc', '--config', config, '-m', '--yes']);
  expect(code).toBe(0);
  expect(stdout).toContain('redis-cli -h cache -p 6379 -n 3 FLUSHDB');
  expect(stdout + stderr).not.toContain('hunter2');
});
