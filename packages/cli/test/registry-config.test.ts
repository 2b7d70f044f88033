import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { dunnage, json, temporaryDirectory, type Ended } from './support/dunnage.ts';

interface Given {
  readonly config: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Inspects the storage that a configuration names; `ROOT` in it stands for a directory that exists. */
async function inspect({ config, env = {} }: Given): Promise<Ended & { readonly root: string }> {
  const home = await temporaryDirectory();
  const root = path.join(home, 'registry');
  await mkdir(path.join(root, 'docker/registry/v2'), { recursive: true });
  const filled = (text: string) => text.replaceAll('ROOT', root);
  await writeFile(path.join(home, 'config.yml'), filled(config));
  const variables = Object.entries(env).map(([name, value]) => [name, filled(value)] as const);
  const ended = await dunnage(['drivers', 'inspect', '--config', 'config.yml', '--json'], {
    cwd: home,
    env: { ...Object.fromEntries(variables), HOME: home },
  });
  return { ...ended, root };
}

const FILESYSTEM = `
version: 0.1
storage:
  filesystem:
    rootdirectory: ROOT
  delete: {enabled: true}
  maintenance: {uploadpurging: {enabled: false}}
  redirect: {disable: true}
  tag: {concurrencylimit: 8}
  cache: {blobdescriptor: inmemory}
http: {addr: ":5000"}
`;
const MEMORY = 'version: 0.1\nstorage: inmemory\n';

test('the driver is what is left of the storage section without its settings', async () => {
  const ended = await inspect({ config: FILESYSTEM });
  expect(ended.stderr).toBe('');
  expect(json(ended)['storage']).toBe(pathToFileURL(ended.root).href);
});

test('a storage can be a mere name', async () => {
  const ended = await inspect({ config: MEMORY });
  expect(json(ended)['driver']).toBe('memory');
});

test('a variable overrides one parameter, whatever the case of the key', async () => {
  const config = FILESYSTEM.replace('rootdirectory: ROOT', 'rootDirectory: /elsewhere');
  const ended = await inspect({
    config,
    env: { REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: 'ROOT' },
  });
  expect(json(ended)['storage']).toBe(pathToFileURL(ended.root).href);
});

test('REGISTRY_STORAGE replaces the section, before parameters are laid over it', async () => {
  const ended = await inspect({
    config: 'version: 0.1\nstorage: {s3: {bucket: images}}\n',
    env: { REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: 'ROOT', REGISTRY_STORAGE: 'filesystem' },
  });
  expect(json(ended)['storage']).toBe(pathToFileURL(ended.root).href);
});

test('a section can be given by a variable alone', async () => {
  const ended = await inspect({
    config: 'version: 0.1\nstorage: {}\n',
    env: { REGISTRY_STORAGE_FILESYSTEM: '{rootdirectory: ROOT}' },
  });
  expect(json(ended)['storage']).toBe(pathToFileURL(ended.root).href);
});

test.each([
  [
    'two drivers',
    { config: 'storage: {filesystem: {rootdirectory: ROOT}, inmemory: {}}' },
    'filesystem, inmemory',
  ],
  [
    'a second driver by a variable',
    { config: FILESYSTEM, env: { REGISTRY_STORAGE_S3_BUCKET: 'b' } },
    'filesystem, s3',
  ],
  ['no driver', { config: 'storage: {cache: {blobdescriptor: redis}}' }, 'names no driver'],
  ['no storage', { config: 'http: {addr: ":5000"}' }, 'no "storage" section'],
  ['no mapping', { config: '- a\n- b\n' }, 'not a mapping'],
  ['a driver that is no mapping', { config: 'storage: {filesystem: 12}' }, '"storage.filesystem"'],
  ['broken YAML', { config: 'storage: {filesystem: [' }, 'not valid YAML'],
  [
    'a variable with broken YAML',
    { config: MEMORY, env: { REGISTRY_STORAGE_INMEMORY: '{' } },
    'REGISTRY_STORAGE_INMEMORY',
  ],
])('%s is refused in words', async (_, given, words) => {
  const ended = await inspect(given);
  expect(ended.code).toBe(2);
  const { error } = json(ended) as { error: { code: string; message: string } };
  expect(error.code).toBe('REGISTRY_CONFIG_INVALID');
  expect(error.message).toContain(words);
});

test.each([
  ['s3: {region: eu-central-1, accesskey: k, secretkey: hush}', 'storage.s3.bucket'],
  ['s3aws: {region: eu-central-1}', 'storage.s3aws.bucket'],
  ['gcs: {rootdirectory: a/b}', 'storage.gcs.bucket'],
  ['azure: {accountname: a, accountkey: hush}', 'storage.azure.container'],
])('the section %s is read by its driver, which names what is missing', async (section, words) => {
  const ended = await inspect({ config: `version: 0.1\nstorage: {${section}}\n` });
  expect(ended.code).toBe(2);
  const { error } = json(ended) as { error: { code: string; message: string } };
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toContain(words);
  expect(ended.stdout + ended.stderr).not.toContain('hush');
});

test('a root that is not there is an unusable environment', async () => {
  const ended = await inspect({ config: 'storage: {filesystem: {rootdirectory: ROOT/nothing}}' });
  expect(ended.code).toBe(3);
  expect(ended.stdout).toContain('does not exist');
});

test('a configuration that is not there says where it usually is', async () => {
  const ended = await dunnage(['gc', '--config', 'none.yml', '--dry-run']);
  expect(ended.code).toBe(3);
  expect(ended.stderr).toContain('none.yml does not exist');
  expect(ended.stderr).toContain('/etc/docker/registry/config.yml');
});
