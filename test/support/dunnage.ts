import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { GcReport } from '@dunnage/core';
import { type Ended, run } from './run.ts';

const CLI = join(
  dirname(createRequire(import.meta.url).resolve('dunnage/package.json')),
  'bin/run.js',
);

/** What a run of the command line told. */
export interface Told extends Ended {
  /** What it printed for programs, where it came so far. */
  readonly report: GcReport;
}

/**
 * Runs the command line as a process of its own, in a home of its own, with `--json`.
 * `under` is a program that runs it: `strace` with its options, say.
 */
export async function dunnage(
  args: readonly string[],
  under: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Told> {
  const home = await mkdtemp(join(tmpdir(), 'dunnage-home-'));
  try {
    const [program, ...rest] = [...under, process.execPath, CLI, ...args, '--json'];
    const ended = await run(program ?? '', rest, { env: { ...environment(home), ...env } });
    return {
      ...ended,
      get report() {
        return parseReport(ended);
      },
    };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function environment(home: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_DATA_HOME: join(home, 'data'),
  };
}

function parseReport(ended: Ended): GcReport {
  try {
    return JSON.parse(ended.stdout) as GcReport;
  } catch (cause) {
    const how = ended.exitCode ?? ended.signal;
    const said = `${ended.stdout}\n${ended.stderr}`.slice(-4000);
    throw new Error(`dunnage ended with ${how} and no report:\n${said}`, { cause });
  }
}
