import { cp, mkdir, readdir, readFile, utimes } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { RegistryBuilder, verify, type Verified } from '@dunnage/conformance/registry';
import { createFsDriver } from '@dunnage/driver-fs';
import { temporaryDirectory } from './dunnage.ts';

export interface Sample {
  readonly root: string;
  readonly url: string;
  /** A layer of `app:v1` that stays. */
  readonly liveLayer: string;
  /** A layer of the image that `app:v2` was before it was rebuilt. */
  readonly deadLayer: string;
}

/** Runs work on a registry's root with the builder, then makes everything a day old. */
export async function build(
  root: string,
  work: (registry: RegistryBuilder) => Promise<void>,
  age: 'old' | 'new' = 'old',
): Promise<void> {
  await using driver = createFsDriver({ root });
  await work(new RegistryBuilder(driver));
  if (age === 'old') await makeOld(root);
}

/**
 * A small registry: `app:v1` and `app:v2` live and share a layer; an earlier `app:v2` is untagged; one blob is linked
 * nowhere. Of 10 blobs 1 is garbage, and 3 more with untagged manifests.
 */
export async function makeRegistry(): Promise<Sample> {
  const root = path.join(await temporaryDirectory(), 'images');
  await mkdir(root);
  let sample: Sample | undefined;
  await build(root, async (registry) => {
    const shared = await registry.layer('app', 'a shared layer');
    const dead = await registry.layer('app', 'only of the first v2');
    await registry.image({ repository: 'app', tag: 'v1', layers: [shared, 'only of v1'] });
    await registry.image({ repository: 'app', tag: 'v2', layers: [shared, dead] });
    await registry.image({ repository: 'app', tag: 'v2', layers: [shared, 'only of v2'] });
    await registry.blob('an orphan of some length');
    sample = {
      root,
      url: pathToFileURL(root).href,
      liveLayer: shared.digest,
      deadLayer: dead.digest,
    };
  });
  if (sample === undefined) throw new Error('the builder did not run');
  return sample;
}

/** Every file below `root` with its content's hash: two snapshots are equal exactly if nothing changed. */
export async function snapshot(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path.relative(root, file), await readFile(file, 'latin1'));
    else files.set(`${path.relative(root, file)}/`, '');
  }
  return files;
}

export async function pull(root: string): Promise<Verified> {
  await using driver = createFsDriver({ root });
  const verified = await verify(driver);
  return verified;
}

export async function copyOf(root: string): Promise<string> {
  const copy = path.join(await temporaryDirectory(), 'copy');
  await cp(root, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

async function makeOld(root: string): Promise<void> {
  const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000);
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile()) await utimes(file, yesterday, yesterday);
  }
}

/** The blobs that are there, as digests. */
export async function blobsIn(root: string): Promise<string[]> {
  const files = [...(await snapshot(root)).keys()];
  return files
    .map((file) => /blobs\/sha256\/..\/([0-9a-f]{64})\/data$/.exec(file)?.[1])
    .filter((hex) => hex !== undefined)
    .map((hex) => `sha256:${hex}`)
    .toSorted();
}
