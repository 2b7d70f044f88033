import { blobKey, fallbackTag, RegistryBuilder } from '@dunnage/conformance/registry';
import { createMemoryDriver } from '@dunnage/driver-memory';
import { now, save, type Saved } from './trees.ts';

const day = 86_400_000;

/** A small registry with some of everything that can live and that can go; if told, with a break in a corner. */
export async function wellStocked(options: { readonly broken: boolean }): Promise<Saved> {
  const driver = createMemoryDriver({ profile: 's3', clock: () => now - 30 * day });
  const registry = new RegistryBuilder(driver);
  const artifactType = 'application/vnd.example.signature';
  const base = await registry.layer('app', 'base');
  const image = await registry.image({ repository: 'app', tag: 'latest', layers: [base, 'old'] });
  const current = await registry.image({ repository: 'app', tag: 'latest', layers: [base, 'new'] });
  await registry.artifact({ repository: 'app', artifactType, subject: current });
  await registry.artifact({ repository: 'app', artifactType, subject: image });
  const child = await registry.image({ repository: 'app', docker: true });
  const inner = await registry.index({ repository: 'app', manifests: [child], docker: true });
  await registry.index({ repository: 'app', tag: 'multi', manifests: [inner] });
  const lost = await registry.image({ repository: 'app/nested', layers: [base, 'lost'] });
  await registry.index({ repository: 'app/nested', manifests: [lost] });
  await registry.image({
    repository: 'app/nested',
    tag: fallbackTag(lost.digest, '.sig'),
    layers: ['signature'],
  });
  await registry.buildkitCache({ repository: 'cache', tag: 'main', layers: ['cached'] });
  const alias = await registry.alias('app', 'twice named');
  await registry.image({ repository: 'app', tag: 'alias', layers: [alias] });
  await registry.schema1({ repository: 'old', tag: 'v1', layers: [base], signatures: ['signed'] });
  const deleted = await registry.image({ repository: 'old', tag: 'v2' });
  await registry.deleteManifest('old', deleted.digest);
  await registry.mount('empty', base);
  await registry.upload({ repository: 'app', startedat: now - 2 * day });
  const active = await registry.upload({ repository: 'old', startedat: now - 60_000 });
  for (const key of active) driver.touch(key, now - 60_000);
  await registry.blob('orphan');
  await registry.stray('repositories/app/stray');
  if (options.broken) {
    // What can't be read protects its repository.
    const broken = await registry.image({ repository: 'broken', tag: 'v1' });
    await registry.image({ repository: 'broken' });
    await registry.store.put(blobKey(broken.digest), '{"schemaVersion":2,');
  }
  return save(driver);
}
