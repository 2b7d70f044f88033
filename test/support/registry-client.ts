import { content, type Content, digestOf, MediaType } from './content.ts';

const MANIFEST_TYPES = [
  MediaType.ociManifest,
  MediaType.ociIndex,
  MediaType.dockerManifest,
  MediaType.dockerList,
].join(', ');

/** A small client of the registry's HTTP API, for tests: it pushes, deletes and pulls. */
export class RegistryClient {
  readonly #base: string;

  constructor(address: string) {
    this.#base = `http://${address}`;
  }

  /** All repositories, page by page. */
  async repositories(): Promise<string[]> {
    const all: string[] = [];
    for (let path: string | undefined = '/v2/_catalog?n=100'; path !== undefined;) {
      const response: Response = await this.#expect(200, 'GET', path);
      all.push(...((await response.json()) as { repositories: string[] }).repositories);
      path = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    }
    return all;
  }

  /** All tags of a repository; none when the registry says it does not know it. */
  async tags(repository: string): Promise<string[]> {
    const response = await this.#send('GET', `/v2/${repository}/tags/list`);
    if (response.status === 404) return [];
    const { tags } = (await response.json()) as { tags: string[] | null };
    return tags ?? [];
  }

  /** Pushes a blob, or finds it there. */
  async pushBlob(repository: string, blob: Content): Promise<void> {
    if ((await this.blobStatus(repository, blob.digest)) === 200) return;
    const location = await this.beginUpload(repository);
    location.searchParams.set('digest', blob.digest);
    await this.#expect(201, 'PUT', location, blob.bytes);
  }

  /** Opens an upload; returns where it goes on. */
  async beginUpload(repository: string): Promise<URL> {
    const response = await this.#expect(202, 'POST', `/v2/${repository}/blobs/uploads/`);
    return this.#locationOf(response);
  }

  /** Sends a part of an upload and leaves it at that. */
  async pushPart(upload: URL, bytes: Uint8Array): Promise<void> {
    await this.#expect(202, 'PATCH', upload, bytes);
  }

  /** Lets `repository` serve a blob of another one, without sending it. */
  async mountBlob(repository: string, digest: string, from: string): Promise<void> {
    const query = new URLSearchParams({ mount: digest, from });
    await this.#expect(201, 'POST', `/v2/${repository}/blobs/uploads/?${query.toString()}`);
  }

  /** Pushes a manifest by tag, or by its digest. */
  async pushManifest(repository: string, manifest: Content, tag?: string): Promise<void> {
    const path = `/v2/${repository}/manifests/${tag ?? manifest.digest}`;
    await this.#expect(201, 'PUT', path, manifest.bytes, { 'content-type': manifest.mediaType });
  }

  /** Deletes a manifest and, as the registry does, all tags that point at it. */
  async deleteManifest(repository: string, digest: string): Promise<void> {
    await this.#expect(202, 'DELETE', `/v2/${repository}/manifests/${digest}`);
  }

  /**
   * A manifest, by tag or digest, once its bytes have been found to be what their digest says; or the
   * status with which the registry refuses it.
   */
  async pullManifest(repository: string, reference: string): Promise<Content | number> {
    const path = `/v2/${repository}/manifests/${reference}`;
    const response = await this.#send('GET', path, undefined, { accept: MANIFEST_TYPES });
    if (response.status !== 200) {
      await response.body?.cancel();
      return response.status;
    }
    const mediaType = response.headers.get('content-type') ?? '';
    const manifest = content(mediaType, await response.text());
    const promised = reference.includes(':')
      ? reference
      : response.headers.get('docker-content-digest');
    if (manifest.digest !== promised) {
      throw new Error(`${repository}: ${reference} should be ${promised}, is ${manifest.digest}`);
    }
    return manifest;
  }

  /** Reads a blob whole; 200 only when its bytes are what its digest says. */
  async pullBlob(repository: string, digest: string): Promise<number> {
    const response = await this.#send('GET', `/v2/${repository}/blobs/${digest}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.status === 200 && digestOf(bytes) !== digest) {
      throw new Error(`${repository}: blob ${digest} has the bytes of ${digestOf(bytes)}`);
    }
    return response.status;
  }

  /** The status with which the registry answers the question whether it has a blob. */
  async blobStatus(repository: string, digest: string): Promise<number> {
    return (await this.#send('HEAD', `/v2/${repository}/blobs/${digest}`)).status;
  }

  #locationOf(response: Response): URL {
    const location = response.headers.get('location');
    if (location === null) throw new Error(`${response.url}: no Location in the answer`);
    return new URL(location, this.#base);
  }

  async #expect(
    status: number,
    method: string,
    target: string | URL,
    body?: Uint8Array,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const response = await this.#send(method, target, body, headers);
    if (response.status === status) return response;
    const said = await response.text();
    throw new Error(`${method} ${response.url}: ${response.status}, not ${status}: ${said}`);
  }

  async #send(
    method: string,
    target: string | URL,
    body?: Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const url = new URL(target, this.#base);
    return await fetch(url, {
      method,
      headers: body === undefined ? headers : { 'content-type': OCTETS, ...headers },
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
  }
}

const OCTETS = 'application/octet-stream';
