import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { dunnage, json, temporaryDirectory } from './support/dunnage.ts';

async function root(): Promise<string> {
  const directory = path.join(await temporaryDirectory(), 'registry');
  await mkdir(path.join(directory, 'docker/registry/v2/repositories'), { recursive: true });
  return directory;
}

async function storageOf(args: readonly string[], cwd?: string): Promise<unknown> {
  const ended = await dunnage(['drivers', 'inspect', ...args, '--json'], cwd ? { cwd } : {});
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  return json(ended)['storage'];
}

test('a path, a relative path and a URL name the same storage', async () => {
  const directory = await root();
  const url = pathToFileURL(directory).href;
  const parent = path.dirname(directory);
  expect(await storageOf([directory])).toBe(url);
  expect(await storageOf([`${directory}/`])).toBe(url);
  expect(await storageOf(['./registry'], parent)).toBe(url);
  expect(await storageOf(['registry/../registry'], parent)).toBe(url);
  expect(await storageOf([url])).toBe(url);
});

test('odd characters in a path are part of it', async () => {
  const directory = path.join(await temporaryDirectory(), 'a b#c?d%20é');
  await mkdir(directory);
  expect(await storageOf([directory])).toBe(pathToFileURL(directory).href);
});

test.each(['docker', 'docker/registry', 'docker/registry/v2', 'docker/registry/v2/repositories'])(
  'a path that ends in %s is answered with the right root',
  async (inside) => {
    const directory = await root();
    for (const given of [
      path.join(directory, inside),
      pathToFileURL(path.join(directory, inside)).href,
    ]) {
      const { code, stdout, stderr } = await dunnage(['gc', given, '--dry-run']);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toContain("inside the registry's tree");
      expect(stderr).toContain(`\n    ${directory}\n`);
    }
  },
);

test('a root that is itself called docker/registry is a root', async () => {
  const directory = path.join(await temporaryDirectory(), 'docker', 'registry');
  await mkdir(path.join(directory, 'docker/registry/v2'), { recursive: true });
  expect(await storageOf([directory])).toBe(pathToFileURL(directory).href);
});

test.each([
  ['a path that does not exist', ['/no/such/registry'], 3, 'PATH_NOT_FOUND', 'rootdirectory'],
  ['a URL of such a path', ['file:///no/such/registry'], 3, 'PATH_NOT_FOUND', 'rootdirectory'],
  ['an empty STORAGE', [''], 2, 'STORAGE_NOT_NAMED', 'variable'],
  ['nothing', [], 2, 'STORAGE_NOT_NAMED', '--config /etc/docker/registry/config.yml'],
  [
    'an unknown scheme',
    ['ftp://host/x'],
    2,
    'SCHEME_UNKNOWN',
    'azblob://, file://, gs://, mem://, s3://',
  ],
  ['a file URL with a host', ['file://host/x'], 2, 'USAGE', 'three slashes'],
  ['two storages', ['mem://x', '--config', 'c.yml'], 2, 'USAGE', 'Give one'],
] as const)('%s is a clear error', async (_, args, exit, code, advice) => {
  const ended = await dunnage(['gc', '--dry-run', '--json', ...args]);
  expect(ended.code).toBe(exit);
  expect(ended.stderr).toBe('');
  const { error } = json(ended) as { error: Record<string, string> };
  expect(error).toMatchObject({ code, exit });
  expect(error['advice']).toContain(advice);
});

test.each(['s3://key:hush@bucket', 'gs://key:hush@bucket', 'azblob://key:hush@container'])(
  'a secret in %s is refused, and not shown',
  async (url) => {
    const ended = await dunnage(['gc', '--dry-run', url]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain("secrets don't belong in a URL");
    expect(ended.stdout + ended.stderr).not.toContain('hush');
  },
);

test('a file in place of a directory is told, and a configuration recognised', async () => {
  const directory = await temporaryDirectory();
  await writeFile(path.join(directory, 'config.yml'), 'version: 0.1\n');
  const { code, stderr } = await dunnage(['gc', 'config.yml', '--dry-run'], { cwd: directory });
  expect(code).toBe(3);
  expect(stderr).toContain('not a directory');
  expect(stderr).toContain('say --config config.yml');
});
