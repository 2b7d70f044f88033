import { createCipheriv } from 'node:crypto';
import { fallbackTag, RegistryBuilder, type Blob } from '@dunnage/conformance/registry';
import type { StorageDriver } from '@dunnage/driver-api';

const KB = 1000;
const MB = 1000 * KB;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What happened to the sample registry before we came, and what to look at. */
export interface SampleRegistry {
  /** What its users did, in their words. */
  readonly history: readonly string[];
  /** A layer that several images share, so that more than one chain keeps it. */
  readonly sharedLayer: string;
  /** Manifests without a tag that must live on: children of an index, a signature. */
  readonly untaggedButNeeded: readonly { readonly repository: string; readonly digest: string }[];
}

/**
 * Pushes a few months of a small team's work, as a registry would have stored it: shared layers, a multi-arch
 * image with a signature, tags that moved, images deleted over the API, a build cache, a push that broke off.
 */
export async function makeSampleRegistry(
  driver: StorageDriver,
  nowMs: number,
): Promise<SampleRegistry> {
  const registry = new RegistryBuilder(driver);
  const debian = await registry.layer('base/debian', content('debian', 2.6 * MB));
  await registry.image({ repository: 'base/debian', tag: '13', layers: [debian] });

  const shop = await pushShop(registry, debian);
  await pushNightlies(registry, debian);
  await registry.buildkitCache({
    repository: 'ci/build-cache',
    tag: 'main',
    layers: [content('cached compile', 900 * KB), content('cached install', 1.1 * MB)],
  });
  await registry.upload({
    repository: 'shop/web',
    startedat: nowMs - 3 * DAY_MS,
    data: content('half a layer', 1.4 * MB),
  });
  for (const number of [1, 2]) await registry.blob(content(`lost in a crash ${number}`, 450 * KB));

  return {
    history: [
      'base/debian:13 is the base of everything.',
      'shop/web: v1 was deleted over the API; v2 was rebuilt under its old tag; v3 is multi-arch, signed, and also "latest".',
      'shop/api: the tag "nightly" has moved six times.',
      'ci/build-cache:main is a BuildKit cache.',
      'A push to shop/web broke off three days ago, and a crash left two layers that nothing links.',
    ],
    sharedLayer: debian.digest,
    untaggedButNeeded: shop,
  };
}

async function pushShop(registry: RegistryBuilder, debian: Blob) {
  const repository = 'shop/web';
  const app = (name: string, size: number) => [debian, content(`shop/web ${name}`, size)];
  const v1 = await registry.image({ repository, tag: 'v1', layers: app('v1', 820 * KB) });
  await registry.tag(repository, 'latest', v1.digest);
  await registry.image({ repository, tag: 'v2', layers: app('v2, first build', 850 * KB) });
  await registry.image({ repository, tag: 'v2', layers: app('v2, second build', 860 * KB) });

  const children = [];
  for (const architecture of ['amd64', 'arm64']) {
    const child = await registry.image({ repository, layers: app(`v3 ${architecture}`, 880 * KB) });
    children.push({ ...child, platform: { os: 'linux', architecture } });
  }
  const v3 = await registry.index({ repository, tag: 'v3', manifests: children });
  await registry.tag(repository, 'latest', v3.digest);
  const signature = await registry.artifact({
    repository,
    artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json',
    subject: v3,
    content: ['{"critical":{"type":"sample signature"}}'],
  });
  await registry.image({
    repository,
    tag: fallbackTag(v3.digest, '.sbom'),
    layers: [content('software bill of materials', 40 * KB)],
  });
  await registry.deleteManifest(repository, v1.digest);
  return [...children, signature].map(({ digest }) => ({ repository, digest }));
}

async function pushNightlies(registry: RegistryBuilder, debian: Blob): Promise<void> {
  const repository = 'shop/api';
  await registry.image({
    repository,
    tag: '1.0',
    layers: [debian, content('shop/api 1.0', 700 * KB)],
    docker: true,
  });
  for (let night = 1; night <= 6; night++) {
    const layers = [debian, content(`shop/api nightly ${night}`, 640 * KB + night * 10 * KB)];
    await registry.image({ repository, tag: 'nightly', layers });
  }
}

/** Bytes that look like a compressed layer, the same for the same name. */
function content(name: string, size: number): Uint8Array {
  const key = Buffer.from(name.padEnd(32, ' ').slice(-32));
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}
