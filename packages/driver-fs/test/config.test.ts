import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { explainInvalidModule, explainInvalidRegistration } from '@dunnage/driver-api';
import type { OpenContext } from '@dunnage/driver-api';
import { createFsDriver, open, registration } from '@dunnage/driver-fs';
import hook from '@dunnage/driver-fs/plugin';
import { describe, expect, test } from 'vitest';
import { collect, failure, tempRoot } from './support.ts';

const warnings: string[] = [];
const context: OpenContext = { env: {}, warn: (message) => void warnings.push(message) };

describe('URL', () => {
  test('names the root, percent-encoded, and the options', async () => {
    const root = tempRoot({ 'a file #1 ü?': 'x' });
    mkdirSync(join(root, 'sub dir%'));
    await using driver = await open(
      {
        from: 'url',
        url: `file://${root}/sub%20dir%25?mode=async&concurrency=7&threads=2`,
      },
      context,
    );
    expect(driver.id).toBe(`file://${root}/sub%20dir%25`);
    expect(await collect(driver.list())).toEqual([{ objects: [], prefixes: [], complete: true }]);
  });

  test('is the same storage through a symbolic link', async () => {
    const root = tempRoot();
    mkdirSync(join(root, 'real'));
    symlinkSync('real', join(root, 'link'));
    await using direct = createFsDriver({ root: join(root, 'real') });
    await using linked = createFsDriver({ root: join(root, 'link/') });
    await using dotted = createFsDriver({ root: join(root, 'real/../link') });
    expect(linked.id).toBe(direct.id);
    expect(dotted.id).toBe(direct.id);
  });

  test.each([
    ['file:///x?mod=async', /"mod" is not an option.*mode, threads, concurrency/],
    ['file:///x?mode=fast', /"mode".*sync-workers, async/],
    ['file:///x?threads=0', /"threads" must be a whole number from 1 to 64/],
    ['file:///x?concurrency=many', /"concurrency" must be a whole number/],
    ['file:///x?threads=2&threads=3', /twice/],
    ['file:///x#y', /%23/],
    ['file://otherhost/x', /host/],
    ['file:///a%2Fb', /file:\/\/\/var\/lib\/registry/],
    ['file:///a%00b', /absolute path|null/],
    ['http://x/', /scheme/],
    ['nonsense', /Invalid URL/],
  ])('%s is refused', async (url, message) => {
    const error = await failure(open({ from: 'url', url }, context));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect((error as Error).message).toMatch(message);
  });
});

describe("the registry's own configuration", () => {
  test('names the root; what is not known is told, not refused', async () => {
    warnings.length = 0;
    const rootdirectory = tempRoot();
    const parameters = { rootdirectory, maxthreads: '100', chunksize: 5 };
    await using driver = await open(
      { from: 'registry-config', name: 'filesystem', parameters },
      context,
    );
    expect(driver.id).toBe(`file://${rootdirectory}`);
    expect(warnings).toEqual([expect.stringContaining('"filesystem.chunksize"')]);
  });

  test("has the registry's own default", async () => {
    const source = { from: 'registry-config', name: 'filesystem', parameters: {} } as const;
    await using driver = await open(source, context);
    expect(driver.id).toBe('file:///var/lib/registry');
  });

  test.each([{ rootdirectory: 5 }, { rootdirectory: 'relative' }, { maxthreads: 'lots' }])(
    'is refused with %j',
    async (parameters) => {
      const source = { from: 'registry-config', name: 'filesystem', parameters } as const;
      expect(await failure(open(source, context))).toMatchObject({ code: 'CONFIG_INVALID' });
    },
  );
});

describe('plugin', () => {
  test('registers a valid driver, which loads', async () => {
    expect(hook()).toBe(registration);
    expect(explainInvalidRegistration(registration)).toEqual([]);
    expect(explainInvalidModule(await registration.load())).toEqual([]);
  });

  test('is where package.json says that oclif finds it', async () => {
    const url = new URL('../package.json', import.meta.url);
    const manifest = JSON.parse(readFileSync(url, 'utf8')) as {
      readonly oclif: { readonly hooks: Readonly<Record<string, string>> };
    };
    const target = manifest.oclif.hooks['dunnage:drivers'] ?? '';
    const module = (await import(new URL(target, url).href)) as Record<string, unknown>;
    expect(module['default']).toBe(hook);
  });

  test('loads nothing of the driver by itself', () => {
    const source = readFileSync(new URL('../dist/plugin.js', import.meta.url), 'utf8');
    const imports = [...source.matchAll(/^import .* from '(.*)';$/gm)].map((match) => match[1]);
    expect(imports).toEqual(['@dunnage/driver-api']);
  });
});
