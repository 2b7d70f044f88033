import {
  blobKey,
  damage,
  fallbackTag,
  RegistryBuilder,
  type PushedManifest,
} from '@dunnage/conformance/registry';
import { ROOT, type Key } from '@dunnage/driver-api';
import { createMemoryDriver, type MemoryDriver, type ProfileName } from '@dunnage/driver-memory';
import fc from 'fast-check';

const repositories = ['a', 'a/b', 'c'] as const;
const layers = ['one', 'two', 'three', 'four', 'five'] as const;
const tags = ['latest', 'v1', 'v2'] as const;

/** One thing that happened to a registry. Numbers pick from what is there by then. */
export type Step = ReturnType<typeof stepArbitrary> extends fc.Arbitrary<infer T> ? T : never;

const repository = fc.constantFrom(...repositories);
const content = fc.uniqueArray(fc.constantFrom(...layers), { maxLength: 3 });
const tag = fc.option(fc.constantFrom(...tags), { nil: undefined });
const pick = fc.nat(1000);
const picks = fc.array(pick, { maxLength: 3 });
const flag = fc.boolean();

function stepArbitrary() {
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ is: fc.constant('image'), repository, content, tag, docker: flag }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ is: fc.constant('index'), repository, picks, tag, docker: flag }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ is: fc.constant('referrer'), repository, pick, tag, draft: flag }),
    },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('fallback'), repository, pick, content }) },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('cache'), repository, content, tag }) },
    {
      weight: 1,
      arbitrary: fc.record({
        is: fc.constant('schema1'),
        repository,
        content,
        tag: fc.constantFrom(...tags),
      }),
    },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('alias'), repository, tag }) },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('mount'), repository, pick }) },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('orphan'), pick }) },
    {
      weight: 3,
      arbitrary: fc.record({ is: fc.constant('untag'), repository, tag: fc.constantFrom(...tags) }),
    },
    { weight: 2, arbitrary: fc.record({ is: fc.constant('delete'), pick }) },
    {
      weight: 1,
      arbitrary: fc.record({ is: fc.constant('upload'), repository, old: flag, startedat: flag }),
    },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('stray'), repository, pick }) },
  );
}

const damageArbitrary = fc.oneof(
  fc.record({ is: fc.constant('lose'), pick }),
  fc.record({ is: fc.constantFrom('empty', 'garble', 'truncate', 'rot'), pick }),
  fc.record({ is: fc.constant('circle'), pick }),
);

/** A registry: what happened to it, what then broke, and what was written just now. */
export const treeArbitrary = (options: { readonly damaged: boolean; readonly maxSteps?: number }) =>
  fc.record({
    steps: fc.array(stepArbitrary(), { minLength: 1, maxLength: options.maxSteps ?? 14 }),
    breaks: options.damaged ? fc.array(damageArbitrary, { maxLength: 2 }) : fc.constant([]),
    young: fc.array(pick, { maxLength: 3 }),
  });
export type TreeSpec = ReturnType<typeof treeArbitrary> extends fc.Arbitrary<infer T> ? T : never;

export const rulesArbitrary = fc.record({
  deleteUntagged: fc.boolean(),
  minAgeMs: fc.constantFrom(0, 3_600_000),
  removeEmptyRepositories: fc.boolean(),
  purgeUploadsOlderThanMs: fc.constantFrom(null, 86_400_000),
});

export const profileArbitrary = fc.constantFrom<ProfileName>('s3', 'fs', 'gcs', 'azure');

/** Everything in a storage, to be put into another. */
export type Saved = readonly {
  readonly key: Key;
  readonly bytes: Uint8Array;
  readonly modified: number;
}[];

const day = 86_400_000;
/** When the trees' clock stands still. */
export const now = Date.UTC(2026, 5, 15);

/** Makes a tree: all of it old, but for what is said to be young. */
export async function grow({ steps, breaks, young }: TreeSpec): Promise<Saved> {
  const driver = createMemoryDriver({ profile: 's3', clock: () => now - 30 * day });
  const registry = new RegistryBuilder(driver);
  const pushed: PushedManifest[] = [];
  for (const step of steps) await take(step, registry, pushed);
  for (const each of breaks) await breakOne(each, registry, pushed);
  const saved = await save(driver);
  const youngKeys = new Set(young.map((n) => saved[n % saved.length]?.key));
  return saved.map((object) =>
    youngKeys.has(object.key) ? { ...object, modified: now - 60_000 } : object,
  );
}

/** A storage of its own that holds a tree. */
export async function plant(tree: Saved, profile: ProfileName): Promise<MemoryDriver> {
  const driver = createMemoryDriver({ profile, clock: () => now });
  for (const { key, bytes, modified } of tree) {
    await driver.put(key, bytes);
    driver.touch(key, modified);
  }
  return driver;
}

export async function save(driver: MemoryDriver): Promise<Saved> {
  const saved: { key: Key; bytes: Uint8Array; modified: number }[] = [];
  for await (const page of driver.list()) {
    for (const { key } of page.objects) {
      const { info, body } = await driver.get(key);
      const bytes = new Uint8Array(await new Response(body).arrayBuffer());
      saved.push({ key, bytes, modified: info.modified });
    }
  }
  return saved;
}

async function take(
  step: Step,
  registry: RegistryBuilder,
  pushed: PushedManifest[],
): Promise<void> {
  const at = (n: number): PushedManifest | undefined => pushed[n % pushed.length];
  switch (step.is) {
    case 'image':
      pushed.push(await registry.image({ ...step, layers: step.content }));
      break;
    case 'index': {
      const manifests = step.picks.flatMap((n) => at(n) ?? []);
      pushed.push(await registry.index({ ...step, manifests }));
      break;
    }
    case 'referrer': {
      const artifactType = 'application/vnd.example.signature';
      pushed.push(await registry.artifact({ ...step, artifactType, subject: at(step.pick) }));
      break;
    }
    case 'fallback': {
      const subject = at(step.pick);
      if (subject === undefined) break;
      const spec = { ...step, layers: step.content, tag: fallbackTag(subject.digest, '.sig') };
      pushed.push(await registry.image(spec));
      break;
    }
    case 'cache': {
      const { repository: name, content: contents } = step;
      const spec = { repository: name, layers: contents };
      pushed.push(
        await registry.buildkitCache(step.tag === undefined ? spec : { ...spec, tag: step.tag }),
      );
      break;
    }
    case 'schema1':
      pushed.push(
        await registry.schema1({ ...step, layers: step.content, signatures: ['signed'] }),
      );
      break;
    case 'alias': {
      const alias = await registry.alias(step.repository, 'stored once, named twice');
      pushed.push(await registry.image({ ...step, layers: [alias] }));
      break;
    }
    case 'mount': {
      const blob = at(step.pick)?.blobs[0];
      if (blob !== undefined) await registry.mount(step.repository, blob);
      break;
    }
    case 'orphan':
      await registry.blob(`orphan ${step.pick % 3}`);
      break;
    case 'untag':
      await registry.untag(step.repository, step.tag);
      break;
    case 'delete': {
      const doomed = at(step.pick);
      if (doomed !== undefined) await registry.deleteManifest(doomed.repository, doomed.digest);
      break;
    }
    case 'upload':
      await registry.upload({
        repository: step.repository,
        startedat: step.startedat ? now - (step.old ? 2 * day : 60_000) : null,
      });
      break;
    case 'stray':
      await registry.stray(`repositories/${step.repository}/stray-${step.pick % 2}`);
      break;
  }
}

async function breakOne(
  { is, pick: n }: { readonly is: string; readonly pick: number },
  registry: RegistryBuilder,
  pushed: readonly PushedManifest[],
): Promise<void> {
  const keys = await registry.store.keys(ROOT);
  const key = keys[n % keys.length];
  const manifest = pushed[n % pushed.length];
  if (is === 'circle' && manifest !== undefined) {
    // Names itself, which no right digest can.
    const manifests = [{ mediaType: manifest.mediaType, digest: manifest.digest, size: 1 }];
    const content = JSON.stringify({ schemaVersion: 2, manifests });
    await registry.store.put(blobKey(manifest.digest), content);
  } else if (key === undefined) {
    // Nothing to break.
  } else if (is === 'lose') {
    await registry.store.remove(key);
  } else if (is === 'empty' || is === 'garble' || is === 'truncate' || is === 'rot') {
    await damage[is](registry.store, key);
  }
}
