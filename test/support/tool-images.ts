import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { succeed } from './run.ts';

/** Pushes images that other people's tools made: umoci's and buildah's, by skopeo and buildah. */
export async function pushWithTools(address: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'dunnage-images-'));
  try {
    const tools = new Tools(directory, address);
    await tools.umociImages();
    await tools.buildahImages();
    await tools.copiedIndex();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What skopeo makes of an image in the registry: a copy with everything in it, verified by skopeo. */
export async function pullWithSkopeo(address: string, image: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'dunnage-pull-'));
  try {
    await skopeo(
      '--all',
      '--src-tls-verify=false',
      `docker://${address}/${image}`,
      `dir:${directory}`,
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function skopeo(...args: string[]): Promise<void> {
  await succeed('skopeo', ['--insecure-policy', 'copy', ...args]);
}

class Tools {
  readonly #directory: string;
  readonly #address: string;

  constructor(directory: string, address: string) {
    this.#directory = directory;
    this.#address = address;
  }

  /** Two tags that share a layer, and one of them as Docker's manifests. */
  async umociImages(): Promise<void> {
    const layout = join(this.#directory, 'umoci');
    const file = await this.#file('data', randomBytes(100_000));
    await succeed('umoci', ['init', '--layout', layout]);
    await succeed('umoci', ['new', '--image', `${layout}:v1`]);
    await succeed('umoci', ['insert', '--rootless', '--image', `${layout}:v1`, file, '/data']);
    await succeed('umoci', ['tag', '--image', `${layout}:v1`, 'v2']);
    const more = await this.#file('more', randomBytes(1000));
    await succeed('umoci', ['insert', '--rootless', '--image', `${layout}:v2`, more, '/more']);
    for (const tag of ['v1', 'v2']) {
      await this.#push(`oci:${layout}:${tag}`, `tools/umoci:${tag}`);
    }
    await this.#push(`oci:${layout}:v1`, 'tools/umoci:docker', '--format', 'v2s2');
    // Re-pointed, as a nightly build does.
    await this.#push(`oci:${layout}:v1`, 'tools/umoci:nightly');
    await this.#push(`oci:${layout}:v2`, 'tools/umoci:nightly');
  }

  /** An image for two platforms, as an OCI index and as Docker's list. */
  async buildahImages(): Promise<void> {
    for (const architecture of ['amd64', 'arm64']) {
      const file = await this.#file(`for-${architecture}`, randomBytes(1000));
      const made = (await this.#buildah('from', '--arch', architecture, 'scratch')).trim();
      await this.#buildah('copy', made, file, '/file');
      await this.#buildah('config', '--arch', architecture, '--os', 'linux', made);
      await this.#buildah('commit', '--format', 'oci', made, `app-${architecture}`);
    }
    await this.#buildah('manifest', 'create', 'app');
    for (const architecture of ['amd64', 'arm64']) {
      const image = `containers-storage:localhost/app-${architecture}`;
      await this.#buildah('manifest', 'add', '--arch', architecture, '--os', 'linux', 'app', image);
    }
    for (const [format, tag] of [
      ['oci', 'oci'],
      ['v2s2', 'list'],
    ]) {
      const target = `docker://${this.#address}/tools/multi:${tag}`;
      const how = ['--all', '--format', format ?? '', '--tls-verify=false'];
      await this.#buildah('manifest', 'push', ...how, 'app', target);
    }
  }

  /** The index, copied to another repository by way of a layout on disk. */
  async copiedIndex(): Promise<void> {
    const layout = `oci:${join(this.#directory, 'copied')}:oci`;
    const from = `docker://${this.#address}/tools/multi:oci`;
    await skopeo('--all', '--src-tls-verify=false', from, layout);
    await this.#push(layout, 'tools/copied:oci', '--all');
  }

  async #push(from: string, image: string, ...flags: string[]): Promise<void> {
    await skopeo(...flags, '--dest-tls-verify=false', from, `docker://${this.#address}/${image}`);
  }

  async #buildah(...args: string[]): Promise<string> {
    const storage = join(this.#directory, 'buildah');
    await mkdir(storage, { recursive: true });
    const where = ['--root', join(storage, 'root'), '--runroot', join(storage, 'run')];
    return await succeed('buildah', [...where, '--storage-driver', 'vfs', ...args], {
      env: { ...process.env, BUILDAH_ISOLATION: 'chroot' },
    });
  }

  async #file(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(this.#directory, name);
    await writeFile(path, bytes);
    return path;
  }
}
