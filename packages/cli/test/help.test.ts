import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dunnage } from './support/dunnage.ts';

const COMMANDS = ['gc', 'gc apply', 'gc resume', 'why', 'drivers list', 'drivers inspect', 'demo'];
const made: string[] = [];
afterAll(async () => {
  for (const directory of made) await rm(directory, { recursive: true, force: true });
});

test.each(['--help', 'help', ''])('dunnage %s shows where to start', async (argument) => {
  const { code, stdout, stderr } = await dunnage(argument === '' ? [] : [argument]);
  expect(code).toBe(0);
  expect(stderr).toBe('');
  for (const word of ['demo', 'gc', 'why', 'drivers', 'plugins', '--dry-run']) {
    expect(stdout).toContain(word);
  }
});

test.each(COMMANDS)(
  '%s --help has a summary, examples and every flag in words',
  async (command) => {
    const { code, stdout } = await dunnage([...command.split(' '), '--help']);
    expect(code).toBe(0);
    for (const part of ['USAGE', 'DESCRIPTION', 'EXAMPLES', `$ dunnage ${command}`, '--json']) {
      expect(stdout).toContain(part);
    }
  },
);

test('a topic that is also a command lists the commands below it', async () => {
  const { stdout } = await dunnage(['gc', '--help']);
  expect(stdout).toMatch(/COMMANDS\s+gc apply .*\n\s+gc resume /);
});

test('help loads no driver, no SDK, no collector and nothing for terminals', async () => {
  const coverage = await mkdtemp(path.join(tmpdir(), 'dunnage-loaded-'));
  made.push(coverage);
  // Node's own record of every script that it ran, of both module systems.
  const { code } = await dunnage(['gc', '--help'], { env: { NODE_V8_COVERAGE: coverage } });
  expect(code).toBe(0);
  const loaded = await scriptsIn(coverage);
  expect(loaded.some((url) => url.includes('/cli/dist/main.js'))).toBe(true);
  const heavy =
    /driver-(fs|memory|s3|gcs|azure)\/|\/core\/dist\/(?!.*@oclif)|@inquirer|cli-progress|memfs|piscina|conformance|\/yaml\//;
  expect(loaded.filter((url) => heavy.test(url.replace(/@oclif\/core/g, 'oclif')))).toEqual([]);
});

async function scriptsIn(directory: string): Promise<string[]> {
  const urls: string[] = [];
  for (const file of await readdir(directory)) {
    const text = await readFile(path.join(directory, file), 'utf8');
    const { result } = JSON.parse(text) as { result: { url: string }[] };
    urls.push(...result.map(({ url }) => url).filter((url) => url.startsWith('file:')));
  }
  return urls;
}
