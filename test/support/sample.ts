import { content, type Content, MediaType } from './content.ts';
import { Pusher } from './pusher.ts';
import type { RegistryClient } from './registry-client.ts';

/** When a collection takes something away. */
export type Goes = 'never' | 'with -m' | 'always';

/** Something that was pushed, and when a right collection takes it away. */
export interface Expected {
  /** For messages: what it is. */
  readonly what: string;
  readonly kind: 'manifest' | 'blob';
  readonly repository: string;
  readonly digest: string;
  readonly goes: Goes;
}

/**
 * Fills a registry with every shape of content that a collector has to judge, over its HTTP API, as
 * clients do. Returns what is to become of what.
 */
export async function pushSample(client: RegistryClient): Promise<Expected[]> {
  const sample = new Sample(client);
  await sample.singleImages();
  await sample.indexes();
  await sample.referrers();
  await sample.buildCaches();
  await sample.sharing();
  await sample.deletions();
  await sample.leftovers();
  return sample.expected;
}

class Sample {
  readonly expected: Expected[] = [];
  readonly #client: RegistryClient;
  readonly #push: Pusher;

  constructor(client: RegistryClient) {
    this.#client = client;
    this.#push = new Pusher(client);
  }

  async singleImages(): Promise<void> {
    const repository = 'library/single';
    const v1 = await this.#push.image(repository, { tag: 'v1', layers: ['base layer', 'one'] });
    this.#expect(v1, repository, 'never', 'a tagged image');
    const family = 'docker';
    await this.#push.image(repository, { tag: 'docker', layers: ['base layer', 'two'], family });

    const first = await this.#push.image(repository, { tag: 'latest', layers: ['first latest'] });
    await this.#push.image(repository, { tag: 'latest', layers: ['base layer', 'second latest'] });
    this.#expect(first, repository, 'with -m', 'an image whose tag was re-pointed');
    this.#expectLayer('first latest', repository, 'with -m', 'a layer of only that image');

    const untagged = await this.#push.image(repository, { layers: ['never tagged'] });
    this.#expect(untagged, repository, 'with -m', 'an image pushed by digest');
  }

  async indexes(): Promise<void> {
    const oci = await this.#push.multi('library/multi', 'v1');
    this.#expect(oci.arm64, 'library/multi', 'never', 'an untagged platform of a tagged index');
    const list = await this.#push.multi('library/list', 'v1', 'docker');
    this.#expect(list.amd64, 'library/list', 'never', 'an untagged platform of a tagged list');

    const nested = 'library/nested';
    const inner = await this.#push.multi(nested, 'inner');
    const other = await this.#push.image(nested, { layers: ['beside an index'] });
    await this.#push.index(nested, [inner.index, other], 'outer');
    await this.#push.image(nested, { tag: 'inner', layers: ['where inner went'] });
    this.#expect(inner.index, nested, 'never', 'an untagged index in a tagged one');
    this.#expect(inner.arm64, nested, 'never', 'a platform two indexes deep');

    const moved = await this.#push.multi('library/moved', 'v1');
    await this.#push.image('library/moved', { tag: 'v1', layers: ['what v1 became'] });
    this.#expect(moved.index, 'library/moved', 'with -m', 'an index whose tag was re-pointed');
    this.#expect(moved.amd64, 'library/moved', 'with -m', 'a platform of an untagged index');
  }

  async referrers(): Promise<void> {
    const repository = 'library/signed';
    const image = await this.#push.image(repository, { tag: 'v1', layers: ['signed'] });
    const signature = await this.#push.artifact(repository, image, 'a signature');
    this.#expect(signature, repository, 'never', 'a signature found by its subject');
    this.#expectLayer('a signature', repository, 'never', 'the layer of a signature');
    const ofSignature = await this.#push.artifact(repository, signature, 'a counter-signature');
    this.#expect(ofSignature, repository, 'never', 'a referrer of a referrer');

    const listed = await this.#push.image(repository, { tag: 'v2', layers: ['listed'] });
    const sbom = await this.#push.artifact(repository, listed, 'a bill of materials');
    await this.#push.fallbackTag(repository, listed, sbom);
    this.#expect(sbom, repository, 'never', 'an artifact listed under a fallback tag');
    const cosigned = await this.#push.signatureTag(repository, image);
    this.#expect(cosigned, repository, 'never', 'a signature by tag');

    const dead = await this.#push.image(repository, { layers: ['nobody tags this'] });
    const ofDead = await this.#push.artifact(repository, dead, 'a signature of an untagged image');
    this.#expect(ofDead, repository, 'with -m', 'a signature of an image that goes');
  }

  async buildCaches(): Promise<void> {
    const repository = 'build/cache';
    const kept = await this.#push.buildCache(repository, 'main', ['step 1', 'step 2']);
    this.#expect(kept, repository, 'never', 'a build cache');
    this.#expectLayer('step 2', repository, 'never', 'a layer of a build cache');
    const old = await this.#push.buildCache(repository, 'branch', ['step 1', 'old step']);
    await this.#push.buildCache(repository, 'branch', ['step 1', 'new step']);
    this.#expect(old, repository, 'with -m', 'a build cache whose tag was re-pointed');
    this.#expectLayer('old step', repository, 'with -m', 'a layer of an old build cache');
  }

  async sharing(): Promise<void> {
    const layer = content(MediaType.ociLayer, 'base layer');
    await this.#push.image('team/app', { tag: 'v1', layers: ['base layer', 'app'] });
    await this.#push.image('team/app/sub', { tag: 'v1', layers: ['base layer', 'sub'] });
    await this.#client.mountBlob('team/mounts', layer.digest, 'team/app');
    await this.#push.image('team/mounts', { tag: 'v1', layers: ['base layer', 'mounts'] });

    const image = await this.#push.image('team/kept', { tag: 'v1', layers: ['twice'] });
    await this.#repush(image, 'team/kept', ['twice'], 'team/dropped');
    await this.#client.deleteManifest('team/dropped', image.digest);
    this.#expect(image, 'team/kept', 'never', 'an image deleted in another repository');
    this.#expectLayer('twice', 'team/kept', 'never', 'a layer of it');
  }

  /** What the registry's own API deletes: it removes links and leaves the blobs. */
  async deletions(): Promise<void> {
    const repository = 'gone/some';
    await this.#push.image(repository, { tag: 'v1', layers: ['stays'] });
    const deleted = await this.#push.image(repository, { tag: 'v2', layers: ['goes'] });
    await this.#client.deleteManifest(repository, deleted.digest);
    this.#expectLayer('goes', repository, 'always', 'a layer of a deleted image');

    const all = await this.#push.image('gone/all', { tag: 'v1', layers: ['all of it'] });
    await this.#client.deleteManifest('gone/all', all.digest);
    this.#expectLayer('all of it', 'gone/all', 'always', 'a layer of an emptied repository');

    const broken = await this.#push.multi('gone/platform', 'v1');
    await this.#client.deleteManifest('gone/platform', broken.arm64.digest);
    this.#expect(broken.amd64, 'gone/platform', 'never', 'the platform that was left');

    await this.#twoIndexesOfOneChild();
  }

  /** The child is deleted in one repository, whose index still names it, and alive in another. */
  async #twoIndexesOfOneChild(): Promise<void> {
    const layers = ['of two indexes'];
    const child = await this.#push.image('aaa/index', { layers });
    await this.#push.index('aaa/index', [child], 'v1');
    await this.#client.deleteManifest('aaa/index', child.digest);
    await this.#repush(child, 'aaa/index', layers, 'bbb/index');
    await this.#push.index('bbb/index', [child], 'v1');
    this.#expect(child, 'bbb/index', 'never', 'a child that another index misses');
    this.#expectLayer('of two indexes', 'bbb/index', 'never', 'a layer of that child');
  }

  /** Pushes the very same image to another repository. */
  async #repush(
    image: Content,
    made: string,
    layers: readonly string[],
    to: string,
  ): Promise<void> {
    const parsed = JSON.parse(new TextDecoder().decode(image.bytes)) as {
      config: { digest: string };
    };
    await this.#client.mountBlob(to, parsed.config.digest, made);
    for (const text of layers) {
      await this.#client.pushBlob(to, content(MediaType.ociLayer, text));
    }
    await this.#client.pushManifest(to, image);
  }

  async leftovers(): Promise<void> {
    const orphan = content(MediaType.ociLayer, 'no manifest came');
    await this.#client.pushBlob('left/overs', orphan);
    this.#expectLayer('no manifest came', 'left/overs', 'always', 'a blob without a manifest');
    await this.#push.image('left/overs', { tag: 'v1', layers: ['left'] });
    const upload = await this.#client.beginUpload('left/overs');
    await this.#client.pushPart(upload, new TextEncoder().encode('half of a layer'));
  }

  #expect(manifest: Content, repository: string, goes: Goes, what: string): void {
    const { digest } = manifest;
    this.expected.push({ what, kind: 'manifest', repository, digest, goes });
  }

  #expectLayer(text: string, repository: string, goes: Goes, what: string): void {
    const { digest } = content(MediaType.ociLayer, text);
    this.expected.push({ what, kind: 'blob', repository, digest, goes });
  }
}
