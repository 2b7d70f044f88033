import { expect, test } from 'vitest';
import { dunnage, json } from './support/dunnage.ts';

test.each([
  ['--min-age soon', 'not a duration'],
  ['--timeout 5', 'not a duration'],
  ['--concurrency 0', 'a whole number from 1 to 4096'],
  ['--concurrency 1.5', 'a whole number'],
  ['--max-delete-percent 101', 'a number from 0 to 100'],
  ['--log-level loud', 'error, warn, info, debug'],
  ['--no-such-flag', 'Nonexistent flag'],
  ['one two', 'Unexpected arguments'],
  ['--cache-dir x --no-cache', '--cache-dir'],
])('gc %s is a usage error, for people and for programs', async (args, words) => {
  const line = ['gc', 'mem://x', '--dry-run', ...args.split(' ')];
  const told = await dunnage(line);
  expect(told).toMatchObject({ code: 2, stdout: '' });
  expect(told.stderr).toMatch(/^Error: /);
  expect(told.stderr).toContain(words);
  expect(told.stderr).toContain('--help');
  expect(told.stderr).not.toContain('    at ');
  const ended = await dunnage([...line, '--json']);
  expect(ended).toMatchObject({ code: 2, stderr: '' });
  const { error } = json(ended) as { error: { message: string } };
  expect(error).toMatchObject({ code: 'USAGE', exit: 2 });
  expect(error.message).toContain(words);
});

test('what comes on stdin, as in a loop of a script, is never taken for an argument', async () => {
  const stdin = '/var/lib/registry\n';
  for (const line of [
    ['gc', '--yes'],
    ['gc', 'resume', '--yes'],
    ['drivers', 'inspect'],
  ]) {
    const ended = await dunnage([...line, '--json'], { stdin });
    expect(ended.code).toBe(2);
    expect(json(ended)).toMatchObject({ error: { code: 'STORAGE_NOT_NAMED' } });
  }
  const ended = await dunnage(['why', '--json'], { stdin });
  expect(json(ended)).toMatchObject({ error: { code: 'USAGE' } });
});

test('consent that is missing says how to look first, in flags that the command has', async () => {
  const { stderr } = await dunnage(['gc', 'resume', 'mem://x']);
  expect(stderr).toContain('--yes');
  expect(stderr).toContain('gc STORAGE --dry-run');
});

test.each([['gcc'], ['drivers', 'lst']])('%s %s is no command', async (...command) => {
  const { code, stdout, stderr } = await dunnage(command.filter(Boolean));
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('is not a dunnage command');
});

test('something unforeseen is told in a sentence, with its stack only where it is asked for', async () => {
  // As where the working directory has been deleted.
  const args = [
    '--import',
    'data:text/javascript,process.cwd=()=>{throw new Error("odd machine")}',
  ];
  const told = await dunnage(['gc', 'registry', '-d'], { node: args });
  expect(told.code).toBe(1);
  expect(told.stderr).toContain('Error: odd machine');
  expect(told.stderr).toContain('DEBUG=dunnage');
  expect(told.stderr).not.toContain('    at ');
  const debugged = await dunnage(['gc', 'registry', '-d'], {
    node: args,
    env: { DEBUG: 'dunnage' },
  });
  expect(debugged.stderr).toContain('    at ');
});

test('what the operating system refuses is an unusable environment', async () => {
  const ended = await dunnage(['demo', '--json'], { env: { TMPDIR: '/no/such/directory' } });
  expect(ended.code).toBe(3);
  expect(json(ended)).toMatchObject({ error: { code: 'SYSTEM', exit: 3 } });
});

test('the version is told', async () => {
  expect((await dunnage(['--version'])).stdout).toMatch(/^dunnage\/\d+\.\d+\.\d+ /);
  expect((await dunnage(['version'])).stdout).toMatch(/^dunnage\/\d+\.\d+\.\d+ /);
});
