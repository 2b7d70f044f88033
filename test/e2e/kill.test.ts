import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { dunnage, type Told } from '../support/dunnage.ts';
import { collectAndKill, killPoints, letLockExpire } from '../support/killing.ts';
import { failuresIn, pullEverything } from '../support/pull.ts';
import { REGISTRY_2 } from '../support/registry-server.ts';
import { Sandbox } from '../support/sandbox.ts';
import { objectsIn } from '../support/tree.ts';

const sample = inject('sample');
const brokenBefore = failuresIn(new Map(sample.pulled));
const FLAGS = ['--delete-untagged'];

/** Collected without a disturbance: what all others have to come to. */
const undisturbed = await Sandbox.create(sample.root);
const points = await killPoints(undisturbed, FLAGS, 8);
const start = objectsIn(sample.root);
const end = objectsIn(undisturbed.root);
afterAll(async () => undisturbed[Symbol.asyncDispose]());

describe('a collection that is killed', () => {
  test.each(points)('before $call number $nth', async (point) => {
    await using sandbox = await Sandbox.create(sample.root);
    const killed = await collectAndKill(sandbox, FLAGS, point);
    expect(killed.signal ?? killed.exitCode, killed.stderr).toBe('SIGKILL');

    await everyTagIsWhole(sandbox);
    await letLockExpire(sandbox);
    await finish(sandbox, point.nth % 2 === 0 ? 'gc' : 'gc resume');
    expect(objectsIn(sandbox.root)).toEqual(end);
    expect(ownFilesIn(sandbox.root)).toEqual([]);
    await everyTagIsWhole(sandbox);
  });

  test('twice, each time in the middle', async () => {
    await using sandbox = await Sandbox.create(sample.root);
    for (const nth of [20, 10]) {
      const killed = await collectAndKill(sandbox, FLAGS, { call: 'unlink', nth });
      expect(killed.signal ?? killed.exitCode, killed.stderr).toBe('SIGKILL');
      await everyTagIsWhole(sandbox);
      await letLockExpire(sandbox);
    }
    await finish(sandbox, 'gc');
    expect(objectsIn(sandbox.root)).toEqual(end);
  });

  test('keeps others out until its lock expires', async () => {
    await using sandbox = await Sandbox.create(sample.root);
    const flags = [...FLAGS, '--lock-ttl', '3s'];
    await collectAndKill(sandbox, flags, { call: 'unlink', nth: 20 });
    const objects = objectsIn(sandbox.root);
    const refused = await sandbox.collect(...FLAGS);
    expect(refused.exitCode).toBe(5);
    expect(refused.stdout).toContain('LOCKED');
    expect(objectsIn(sandbox.root)).toEqual(objects);

    let told = refused;
    while (told.exitCode === 5) told = await sandbox.collect(...FLAGS);
    expect(told.exitCode, told.stderr).toBe(0);
    expect(objectsIn(sandbox.root)).toEqual(end);
  });
});

/** Locks and journals that were left. */
function ownFilesIn(root: string): string[] {
  const directory = join(root, 'dunnage');
  if (!existsSync(directory)) return [];
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
}

async function everyTagIsWhole(sandbox: Sandbox): Promise<void> {
  const pulled = await sandbox.serve(REGISTRY_2, pullEverything);
  expect(failuresIn(pulled)).toEqual(brokenBefore);
  expect(new Map(pulled)).toEqual(new Map(sample.pulled));
}

/** Ends what was interrupted; `gc resume` may say that there is nothing, when nothing or all was done. */
async function finish(sandbox: Sandbox, how: 'gc' | 'gc resume'): Promise<void> {
  let told: Told;
  if (how === 'gc resume') {
    told = await dunnage(['gc', 'resume', '--config', sandbox.config, '--yes']);
    if (told.stdout.includes('NOTHING_TO_RESUME')) {
      const objects = objectsIn(sandbox.root);
      expect([start, end]).toContainEqual(objects);
      told = await sandbox.collect(...FLAGS);
    }
  } else {
    told = await sandbox.collect(...FLAGS);
  }
  expect(told.exitCode, told.stderr).toBe(0);
}
