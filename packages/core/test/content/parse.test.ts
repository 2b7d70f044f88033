import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mediaTypes } from '@dunnage/conformance/registry';
import { parseManifest, type ParseResult } from '../../dist/content/parse.js';
import type { Manifest } from '../../dist/content/manifest.js';
import { parseDigest, type Digest } from '../../dist/layout/digest.js';

const bytesOf = (content: unknown): Uint8Array =>
  new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content));

const sha = (content: Uint8Array | string, algorithm = 'sha256'): Digest =>
  `${algorithm}:${createHash(algorithm).update(content).digest('hex')}` as Digest;

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => sha(name)) as [
  Digest,
  Digest,
  Digest,
  Digest,
];
const descriptor = (digest: string, more: object = {}): object => ({
  mediaType: mediaTypes.ociLayer,
  digest,
  size: 1,
  ...more,
});

function parse(content: unknown): ParseResult {
  const bytes = bytesOf(content);
  return parseManifest(sha(bytes), bytes);
}

function manifestOf(content: unknown): Manifest {
  const result = parse(content);
  if (!result.ok) throw new Error(result.why);
  return result.manifest;
}

/** References as `role digest`, with `?` where they are optional. */
const references = (content: unknown): string[] =>
  manifestOf(content).references.map(
    ({ role, digest, optional }) => `${role}${optional ? '?' : ''} ${digest}`,
  );

function why(content: unknown): string {
  const result = parse(content);
  if (result.ok) throw new Error('it was understood');
  return result.why;
}

describe('every kind of manifest', () => {
  it.each([
    ['OCI', mediaTypes.ociManifest],
    ['Docker schema 2', mediaTypes.dockerManifest],
    ['OCI without a media type', undefined],
    ['OCI with parameters', `${mediaTypes.ociManifest}; charset=utf-8`],
    ['OCI in capitals', mediaTypes.ociManifest.toUpperCase()],
  ])('image: %s', (_, mediaType) => {
    const image = {
      schemaVersion: 2,
      mediaType,
      config: descriptor(a),
      layers: [descriptor(b), descriptor(c), descriptor(b)],
    };
    expect(references(image)).toEqual([`config ${a}`, `layer ${b}`, `layer ${c}`, `layer ${b}`]);
    expect(manifestOf(image)).toMatchObject({ schema1: false, indexWithLayers: false });
    expect(manifestOf(image).unknownMediaType).toBeUndefined();
  });

  it.each([
    ['OCI index', mediaTypes.ociIndex],
    ['Docker list', mediaTypes.dockerList],
    ['OCI index without a media type', undefined],
  ])('%s', (_, mediaType) => {
    const index = {
      schemaVersion: 2,
      mediaType,
      manifests: [
        descriptor(a, { mediaType: mediaTypes.ociManifest }),
        descriptor(b, { mediaType: mediaTypes.ociIndex }),
        descriptor(c, { mediaType: mediaTypes.dockerSchema1 }),
        { digest: d, size: 1 },
      ],
    };
    expect(references(index)).toEqual([`child ${a}`, `child ${b}`, `child ${c}`, `child ${d}`]);
    expect(manifestOf(index).indexWithLayers).toBe(false);
  });

  it('index with layers, as BuildKit writes it', () => {
    const cache = {
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: [
        descriptor(a),
        descriptor(b, { mediaType: mediaTypes.buildkitCacheConfig }),
        descriptor(c, { mediaType: mediaTypes.ociManifest }),
      ],
    };
    expect(references(cache)).toEqual([`layer ${a}`, `layer ${b}`, `child ${c}`]);
    expect(manifestOf(cache).indexWithLayers).toBe(true);
  });

  it('artifact of the draft, with blobs', () => {
    const artifact = {
      mediaType: mediaTypes.ociArtifact,
      artifactType: 'x/y',
      blobs: [descriptor(a)],
      subject: descriptor(b),
    };
    expect(references(artifact)).toEqual([`subject? ${b}`, `layer ${a}`]);
  });

  it('schema 1, with and without its media type', () => {
    const old = { schemaVersion: 1, name: 'app', fsLayers: [{ blobSum: a }, { blobSum: b }] };
    expect(references(old)).toEqual([`layer ${a}`, `layer ${b}`]);
    expect(manifestOf(old).schema1).toBe(true);
    expect(manifestOf({ ...old, mediaType: mediaTypes.dockerSchema1 }).schema1).toBe(true);
  });

  it('a subject is no more than a hint', () => {
    const signature = {
      mediaType: mediaTypes.ociManifest,
      config: descriptor(a),
      layers: [],
      subject: descriptor(b),
    };
    expect(references(signature)).toEqual([`config ${a}`, `subject? ${b}`]);
    expect(references({ ...signature, subject: null })).toEqual([`config ${a}`]);
  });

  it('a foreign layer may live elsewhere', () => {
    const image = {
      config: descriptor(a),
      layers: [
        descriptor(b, { urls: ['https://example.com/b'] }),
        descriptor(c, { urls: [] }),
        descriptor(d, { mediaType: mediaTypes.dockerForeignLayer }),
      ],
    };
    expect(references(image)).toEqual([`config ${a}`, `layer? ${b}`, `layer ${c}`, `layer ${d}`]);
  });

  it('lists that are null are empty, as some builders write them', () => {
    expect(references({ config: descriptor(a), layers: null })).toEqual([`config ${a}`]);
    expect(references({ mediaType: mediaTypes.ociIndex, manifests: null })).toEqual([]);
  });

  it('what one type has counts in any other: a reference too many costs nothing', () => {
    const both = {
      mediaType: mediaTypes.ociManifest,
      config: descriptor(a),
      layers: [descriptor(b)],
      manifests: [descriptor(c, { mediaType: mediaTypes.ociManifest })],
      fsLayers: [{ blobSum: d }],
    };
    expect(references(both)).toEqual([`config ${a}`, `layer ${b}`, `child ${c}`, `layer ${d}`]);
  });

  it('reads other digests than SHA-256', () => {
    const image = {
      config: descriptor(sha('x', 'sha512')),
      layers: [descriptor(`blake3:${a.slice(7)}`)],
    };
    expect(references(image)).toEqual([
      `config ${sha('x', 'sha512')}`,
      `layer blake3:${a.slice(7)}`,
    ]);
  });
});

describe('media types that are not known', () => {
  it('keep everything that looks like a digest, wherever it is', () => {
    const strange = {
      mediaType: 'application/vnd.future+json',
      layers: [descriptor(a)],
      more: { deep: [{ [b]: { deeper: [null, 7, c] } }] },
      text: `not a digest: ${d}`,
    };
    expect(references(strange).toSorted()).toEqual(
      [`layer ${a}`, `child? ${b}`, `child? ${c}`].toSorted(),
    );
    expect(manifestOf(strange).unknownMediaType).toBe('application/vnd.future+json');
  });

  it('are taken with a media type that is no text', () => {
    for (const mediaType of [null, 7, [], {}, ['x']]) {
      const result = parse({ mediaType, any: { thing: a } });
      expect(result).toMatchObject({ ok: true, manifest: { references: [{ digest: a }] } });
    }
  });

  it('are read whole, however deep and large', () => {
    const depth = 2000;
    const deep = `${'{"x":['.repeat(depth)}"${a}"${']}'.repeat(depth)}`;
    const wide = Array.from({ length: 20_000 }, (_, number) => sha(String(number)));
    const manifest = manifestOf(
      `{"mediaType":"x/y","deep":${deep},"wide":${JSON.stringify(wide)}}`,
    );
    const found = new Set(manifest.references.map(({ digest }) => digest));
    expect(found).toEqual(new Set([a, ...wide]));
  });
});

describe('what can not be relied on', () => {
  it.each([
    ['no JSON', 'not json', /not JSON/],
    ['nothing', '', /not JSON/],
    ['half of it', JSON.stringify({ config: descriptor(a) }).slice(0, -5), /not JSON/],
    ['a list', '[]', /not a JSON object/],
    ['null', 'null', /not a JSON object/],
    ['a text', '"sha256"', /not a JSON object/],
    ['none of the fields', '{}', /none of the fields/],
    ['only a subject', JSON.stringify({ subject: descriptor(a) }), /none of the fields/],
    ['layers that are no list', { config: descriptor(a), layers: {} }, /"layers" is not a list/],
    ['a layer that is null', { config: descriptor(a), layers: [null] }, /"layers\[0\].digest"/],
    ['a layer that is a text', { layers: [a] }, /"layers\[0\].digest"/],
    ['a layer without a digest', { layers: [{ size: 1 }] }, /"layers\[0\].digest"/],
    ['a digest in capitals', { layers: [descriptor(a.toUpperCase())] }, /"layers\[0\].digest"/],
    ['a digest cut short', { layers: [descriptor(a), descriptor(b.slice(0, -1))] }, /layers\[1\]/],
    ['a config that is null', { config: null, layers: [] }, /"config.digest"/],
    ['a child without a digest', { manifests: [{}] }, /"manifests\[0\].digest"/],
    ['a schema 1 layer without a sum', { fsLayers: [{}] }, /"fsLayers\[0\].blobSum"/],
    ['a subject that is none', { config: descriptor(a), subject: {} }, /"subject.digest"/],
    [
      'a damaged list in an unknown type',
      { mediaType: 'x/y', layers: [descriptor('sha256:x')] },
      /"layers\[0\].digest"/,
    ],
  ])('%s', (_, content, reason) => {
    expect(why(content)).toMatch(reason);
  });

  it.each(['sha256', 'sha384', 'sha512'])('bytes with another %s than their name', (algorithm) => {
    const good = bytesOf({ config: descriptor(a), layers: [] });
    expect(parseManifest(sha(good, algorithm), good).ok).toBe(true);
    for (const bytes of [
      bytesOf({ config: descriptor(b), layers: [] }),
      good.subarray(0, -1),
      new Uint8Array(),
    ]) {
      const result = parseManifest(sha(good, algorithm), bytes);
      expect(result).toEqual({
        ok: false,
        why: `its content has the digest ${sha(bytes, algorithm)}`,
      });
    }
  });

  it('a digest of an algorithm that we can not compute is believed', () => {
    const digest = parseDigest(`blake3:${a.slice(7)}`);
    if (digest === undefined) throw new Error('not a digest');
    expect(parseManifest(digest, bytesOf({ layers: [descriptor(b)] })).ok).toBe(true);
  });
});

describe('whatever the bytes', () => {
  it.each([
    ['nesting in a media type', `{"mediaType":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    [
      'nesting in a document',
      `{"mediaType":"x/y","x":${'['.repeat(500_000)}${']'.repeat(500_000)}}`,
    ],
    ['nesting without an end', '['.repeat(1_000_000)],
    ['the name of a prototype', '{"__proto__":{"config":{}},"constructor":1}'],
    [
      'invalid UTF-8',
      Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]).toString('latin1'),
    ],
  ])('never throws: %s', (_, text) => {
    expect(typeof parse(text).ok).toBe('boolean');
  });

  it('never throws on random bytes, and never trusts those that have another name', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(typeof parseManifest(sha(bytes), bytes).ok).toBe('boolean');
        expect(parseManifest(a, bytes).ok).toBe(false);
      }),
    );
  });

  it('never throws on random JSON, and finds every well-formed reference of what it takes', () => {
    const value = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(a, b, c, d).map((digest) => descriptor(digest)) },
      fc.constantFrom(null, 1, 'x', a, {}, [], { digest: 1 }, { digest: 'sha256:' }),
      fc.jsonValue(),
    );
    const list = fc.oneof(
      fc.array(value),
      fc.array(fc.constantFrom(descriptor(a), descriptor(b))),
      value,
    );
    const document = fc.record(
      {
        schemaVersion: fc.constantFrom(1, 2, '2', null),
        mediaType: fc.oneof(fc.constantFrom(...Object.values(mediaTypes)), fc.jsonValue()),
        config: value,
        layers: list,
        manifests: list,
        blobs: list,
        fsLayers: list,
        subject: value,
        annotations: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(document, (content) => {
        const result = parse(content);
        if (!result.ok) return;
        const found = new Set<string>(result.manifest.references.map(({ digest }) => digest));
        for (const field of ['layers', 'manifests', 'blobs'] as const) {
          const listed = content[field];
          if (!Array.isArray(listed)) continue;
          for (const element of listed as { digest?: string }[]) {
            expect(found).toContain(element.digest);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
