import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dunnage, type Told } from './dunnage.ts';
import type { Sandbox } from './sandbox.ts';

/** The system calls by which a collection changes a tree, or makes a change last. */
const CHANGES = ['unlink', 'rmdir', 'rename', 'link', 'mkdir', 'fsync'] as const;

/** A moment to die: on entering a thread's nth call of a kind, so before it takes effect. */
export interface KillPoint {
  readonly call: string;
  readonly nth: number;
}

/**
 * Moments spread over a whole collection of `sandbox`, which this carries out to find them: of each
 * kind of call the first, the last, and `between` of those between.
 */
export async function killPoints(
  sandbox: Sandbox,
  flags: readonly string[],
  between: number,
): Promise<KillPoint[]> {
  const log = `${sandbox.config}.calls`;
  const trace = ['strace', '-f', '-qq', '-o', log, '-e', `trace=${CHANGES.join(',')}`];
  const told = await collectUnder(sandbox, flags, trace);
  if (told.exitCode !== 0) throw new Error(`the traced collection failed: ${told.stderr}`);
  const lines = (await readFile(log, 'utf8')).split('\n');
  await rm(log);
  return CHANGES.flatMap((call) => spread(call, mostByOneThread(lines, call), between));
}

/** Collects until the moment comes; the process and all its threads are gone when this resolves. */
export async function collectAndKill(
  sandbox: Sandbox,
  flags: readonly string[],
  { call, nth }: KillPoint,
): Promise<Told> {
  const kill = `inject=${call}:signal=SIGKILL:when=${nth}`;
  const trace = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', kill];
  return collectUnder(sandbox, flags, trace);
}

/** Makes the lock that a killed run left behind an old one, as if its time had passed. */
export async function letLockExpire(sandbox: Sandbox): Promise<void> {
  const path = join(sandbox.root, 'dunnage/lock.json');
  if (!existsSync(path)) return;
  const lock = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  const expires = Date.parse(String(lock['expires']));
  if (Number.isNaN(expires)) throw new Error(`${path} says nothing of its expiry`);
  const anHourAgo = new Date(expires - 3_600_000).toISOString();
  await writeFile(path, JSON.stringify({ ...lock, expires: anHourAgo }));
}

async function collectUnder(
  sandbox: Sandbox,
  flags: readonly string[],
  under: readonly string[],
): Promise<Told> {
  const args = ['gc', '--config', sandbox.config, '--min-age', '0s', '--yes', ...flags];
  // One thread for asynchronous calls: strace counts by thread, and which does what is chance.
  return dunnage(args, under, { UV_THREADPOOL_SIZE: '1' });
}

/** strace counts each thread's calls on its own, and kills at the first that gets there. */
function mostByOneThread(lines: readonly string[], call: string): number {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [, thread = '', name] = /^(\d+)\s+(\w+)\(/.exec(line) ?? [];
    if (name === call) counts.set(thread, (counts.get(thread) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

function spread(call: string, count: number, between: number): KillPoint[] {
  const step = Math.max(1, Math.ceil(count / (between + 1)));
  const points: KillPoint[] = [];
  for (let nth = 1; nth < count; nth += step) points.push({ call, nth });
  if (count > 0) points.push({ call, nth: count });
  return points;
}
