import { collect, resume } from '@dunnage/core';
import { RegistryBuilder } from '@dunnage/conformance/registry';
import { parseKey, type Key } from '@dunnage/driver-api';
import { createMemoryDriver, type MemoryDriver } from '@dunnage/driver-memory';
import { describe, expect, it } from 'vitest';

const everything = { deleteUntagged: true, minAgeMs: 0, maxDeletePercent: 100 } as const;

async function blobs(driver: MemoryDriver): Promise<number> {
  let count = 0;
  for await (const { objects } of driver.list({ detail: 'keys' })) {
    count += objects.filter(({ key }) => key.includes('/blobs/')).length;
  }
  return count;
}

/** A sweep of the only, untagged image that ends after its links: it is cancelled before the blobs' turn. */
async function interrupted(profile: 'fs' | 's3'): Promise<MemoryDriver> {
  const driver = createMemoryDriver({ profile });
  await new RegistryBuilder(driver).image({ repository: 'app' });
  const stop = new AbortController();
  const run = collect(driver, {
    ...everything,
    signal: stop.signal,
    onEvent: (event) => {
      // One revision and two layer links have gone.
      if (event.type === 'progress' && event.phase === 'sweep' && event.done >= 3) stop.abort();
    },
  });
  await expect(run).rejects.toMatchObject({ code: 'ABORTED' });
  expect(await blobs(driver)).toBe(3);
  return driver;
}

describe.each(['fs', 's3'] as const)('a registry without anything on %s', (profile) => {
  it('is not collected when nothing but a stray names a repository', async () => {
    const driver = createMemoryDriver({ profile });
    const builder = new RegistryBuilder(driver);
    await builder.blob('somebody may need it');
    const stray = 'docker/registry/v2/repositories/app/_other/file';
    await driver.put(parseKey(stray), new TextEncoder().encode('stray'));
    const report = await collect(driver, everything);
    expect(report.findingCounts['no-repositories']).toBe(1);
    expect(await blobs(driver)).toBe(1);
  });

  it.each([
    ['collect', (driver: MemoryDriver) => collect(driver, everything)],
    ['resume', (driver: MemoryDriver) => resume(driver)],
  ])('is finished by %s when an interrupted sweep emptied it', async (_name, again) => {
    const driver = await interrupted(profile);
    // Not part of the interrupted plan, and with no repository nobody can say whose it is.
    await new RegistryBuilder(driver).blob('pushed since');
    const report = await again(driver);
    expect(report.deleted.blob.count).toBe(3);
    expect(await blobs(driver)).toBe(1);
    await expect(resume(driver)).rejects.toMatchObject({ code: 'NOTHING_TO_RESUME' });
  });
});

it('is not collected when all that its directories held is gone, and the directories are left', async () => {
  const driver = createMemoryDriver({ profile: 'fs' });
  const builder = new RegistryBuilder(driver);
  await builder.image({ repository: 'app', tag: 'v1' });
  const links: { key: Key }[] = [];
  for await (const { objects } of driver.list({ detail: 'keys' })) {
    for (const { key } of objects) if (key.includes('/repositories/')) links.push({ key });
  }
  for await (const _ of driver.delete(links));
  const report = await collect(driver, everything);
  expect(report.planned.objects).toBe(0);
  expect(report.findingCounts['no-repositories']).toBe(1);
  expect(await blobs(driver)).toBe(3);
});
