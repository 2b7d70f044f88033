import { access, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { dunnage, json, temporaryDirectory } from './support/dunnage.ts';
import { pull } from './support/registry.ts';

test('the demonstration tells its story and cleans up', async () => {
  const directory = await temporaryDirectory();
  const { code, stdout, stderr } = await dunnage(['demo'], { env: { TMPDIR: directory } });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  for (const words of ['A registry, as', 'A dry run', 'Why does', 'The collection', 'The proof']) {
    expect(stdout).toContain(words);
  }
  expect(stdout).toContain('Nothing is missing.');
  const made = /In (\S+dunnage-demo-\S+) there/.exec(stdout)?.[1] ?? '';
  expect(path.dirname(made)).toBe(directory);
  await expect(access(made)).rejects.toThrow('ENOENT');
});

test('its numbers add up', async () => {
  const ended = await dunnage(['demo', '--json']);
  const { before, after, dryRun, collected, verifiedBefore, verifiedAfter, again } = json(
    ended,
  ) as unknown as {
    before: { blobs: number; bytes: number };
    after: { blobs: number; bytes: number };
    dryRun: { freedBytes: number; planned: { byKind: { blob: { count: number } } } };
    collected: { freedBytes: number; deleted: { blob: { count: number } } };
    verifiedBefore: { tags: number };
    verifiedAfter: { tags: number; problems: unknown[] };
    again: { planned: { objects: number } };
  };
  expect(collected.deleted.blob.count).toBe(dryRun.planned.byKind.blob.count);
  expect(before.blobs - after.blobs).toBe(collected.deleted.blob.count);
  expect(collected.freedBytes).toBe(dryRun.freedBytes);
  expect(collected.freedBytes).toBeGreaterThan(4_000_000);
  // Links are a few bytes each, and not what "freed" counts.
  const difference = before.bytes - after.bytes - collected.freedBytes;
  expect(difference).toBeGreaterThanOrEqual(0);
  expect(difference).toBeLessThan(10_000);
  expect(verifiedAfter.tags).toBe(verifiedBefore.tags);
  expect(verifiedAfter.problems).toEqual([]);
  expect(again.planned.objects).toBe(0);
});

test('a sample can be kept, and nobody else’s directory is touched', async () => {
  const home = await temporaryDirectory();
  const kept = await dunnage(['demo', '--dir', 'sample', '--quiet'], { cwd: home });
  expect(kept).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(await pull(path.join(home, 'sample'))).toMatchObject({ problems: [] });
  await writeFile(path.join(home, 'mine'), '');
  const refused = await dunnage(['demo', '--dir', '.'], { cwd: home });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('not empty');
});
