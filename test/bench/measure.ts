import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

/** What one run of a program cost. */
export interface Cost {
  /** Seconds from start to end. */
  readonly wall: number;
  /** Seconds of processor time, of the program and the kernel on its behalf, all threads. */
  readonly cpu: number;
  /** Resident memory at its highest, in bytes. */
  readonly peakBytes: number;
}

/** A program, its arguments, and what differs from this process's environment. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a command under GNU time and says what it cost and printed.
 * @throws {Error} with the end of its output when it does not exit with 0.
 */
export async function measure(command: Command): Promise<{ cost: Cost; stdout: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'dunnage-measure-'));
  try {
    const [times, out, err] = ['times', 'stdout', 'stderr'].map((name) => join(directory, name));
    if (times === undefined || out === undefined || err === undefined) throw new Error('no paths');
    const code = await run(command, times, out, err);
    if (code !== 0) {
      const said = (await readFile(err, 'utf8')).slice(-2000);
      throw new Error(`${command.program} ${command.args.join(' ')}: exit ${code}\n${said}`);
    }
    const last = (await readFile(times, 'utf8')).trim().split('\n').at(-1) ?? '';
    const [wall = NaN, user = NaN, system = NaN, kibibytes = NaN] = last.split(' ').map(Number);
    const cost = { wall, cpu: user + system, peakBytes: kibibytes * 1024 };
    return { cost, stdout: await readFile(out, 'utf8') };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Output goes to files: a pipe would make the program wait for this one. */
async function run(command: Command, times: string, out: string, err: string): Promise<number> {
  const streams = [createWriteStream(out), createWriteStream(err)] as const;
  await Promise.all(streams.map((stream) => new Promise((open) => stream.once('open', open))));
  const args = ['-o', times, '-f', '%e %U %S %M', command.program, ...command.args];
  const child = spawn('/usr/bin/time', args, {
    stdio: ['ignore', ...streams],
    env: { ...process.env, ...command.env },
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => resolve(exit ?? -1));
  });
  for (const stream of streams) stream.end();
  await Promise.all(streams.map((stream) => finished(stream)));
  return code;
}

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  if (low === undefined || high === undefined) throw new Error('the median of nothing');
  return (low + high) / 2;
}
