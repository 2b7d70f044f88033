import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { parseDigest, splitDigest, type Digest } from '../layout/digest.ts';
import { collectDigests } from './collect-digests.ts';
import type { Manifest, Reference, Role } from './manifest.ts';
import { isManifestType } from './media-types.ts';

/** A manifest, or why these bytes are none that can be relied on. */
export type ParseResult =
  | { readonly ok: true; readonly manifest: Manifest }
  | { readonly ok: false; readonly why: string };

type Json = Record<string, unknown>;

/**
 * Reads the manifest with `digest` from its bytes: Docker schema 1, schema 2 and list, OCI manifest, index and
 * artifact, and, generously, what is none of them. Every list of descriptors counts, whatever the media type
 * claims: a reference too many keeps a blob, one too few loses it.
 */
export function parseManifest(digest: Digest, bytes: Uint8Array): ParseResult {
  const actual = digestLike(digest, bytes);
  if (actual !== undefined && actual !== digest) {
    return { ok: false, why: `its content has the digest ${actual}` };
  }
  let json: unknown;
  try {
    json = JSON.parse(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'),
    );
  } catch (error) {
    return { ok: false, why: `its content is not JSON: ${(error as Error).message}` };
  }
  if (!isObject(json)) return { ok: false, why: 'its content is not a JSON object' };
  return new Reader(json).read();
}

class Reader {
  readonly #json: Json;
  readonly #references: Reference[] = [];
  #indexWithLayers = false;
  #problem: string | undefined;

  constructor(json: Json) {
    this.#json = json;
  }

  read(): ParseResult {
    const json = this.#json;
    const schema1 = json['schemaVersion'] === 1;
    if ('config' in json) this.#descriptor(json['config'], 'config', 'config');
    if ('subject' in json && json['subject'] !== null) {
      this.#descriptor(json['subject'], 'subject', 'subject');
    }
    const lists = [
      this.#each('layers', (it, at) => this.#descriptor(it, 'layer', at)),
      this.#each('blobs', (it, at) => this.#descriptor(it, 'layer', at)),
      this.#each('manifests', (it, at) => this.#indexEntry(it, at)),
      this.#each('fsLayers', (it, at) => this.#descriptor(it, 'layer', at, 'blobSum')),
    ];
    if (this.#problem !== undefined) return { ok: false, why: this.#problem };

    const mediaType = json['mediaType'];
    const known = mediaType === undefined || mediaType === '' || isManifestType(mediaType);
    if (known) {
      if (!lists.includes(true) && !('config' in json)) {
        return { ok: false, why: 'it has none of the fields that a manifest has' };
      }
      return { ok: true, manifest: this.#manifest(schema1) };
    }
    const seen = new Set(this.#references.map((reference) => reference.digest));
    for (const digest of collectDigests(json)) {
      // What may be a child is treated as one: it is descended where its repository has it as a manifest.
      if (!seen.has(digest)) this.#references.push({ digest, role: 'child', optional: true });
    }
    // Not spelled out: it can be nested deeper than the stack.
    const name = typeof mediaType === 'string' ? mediaType : 'that is no text';
    return { ok: true, manifest: { ...this.#manifest(schema1), unknownMediaType: name } };
  }

  #manifest(schema1: boolean): Manifest {
    return { references: this.#references, schema1, indexWithLayers: this.#indexWithLayers };
  }

  /** Runs `read` on each element of a list field; false when there is no such field. */
  #each(field: string, read: (element: unknown, at: string) => void): boolean {
    const list = this.#json[field];
    if (list === undefined || list === null) return field in this.#json;
    if (!Array.isArray(list)) {
      this.#problem ??= `its "${field}" is not a list`;
      return true;
    }
    for (const [index, element] of list.entries()) read(element, `${field}[${index}]`);
    return true;
  }

  #indexEntry(entry: unknown, at: string): void {
    const mediaType = isObject(entry) ? entry['mediaType'] : undefined;
    const child = mediaType === undefined || mediaType === '' || isManifestType(mediaType);
    if (!child) this.#indexWithLayers = true;
    this.#descriptor(entry, child ? 'child' : 'layer', at);
  }

  #descriptor(value: unknown, role: Role, at: string, field = 'digest'): void {
    const text = isObject(value) ? value[field] : undefined;
    const digest = typeof text === 'string' ? parseDigest(text) : undefined;
    if (digest === undefined) {
      this.#problem ??= `its "${at}.${field}" is not a digest`;
      return;
    }
    const urls = (value as Json)['urls'];
    const optional = role === 'subject' || (Array.isArray(urls) && urls.length > 0);
    this.#references.push({ digest, role, optional });
  }
}

/** The digest of `bytes` by the algorithm of `digest`; `undefined` where that is not one we can compute. */
function digestLike(digest: Digest, bytes: Uint8Array): string | undefined {
  const [algorithm] = splitDigest(digest);
  if (!/^sha(?:256|384|512)$/.test(algorithm)) return undefined;
  return `${algorithm}:${hash(algorithm, bytes, 'hex')}`;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
