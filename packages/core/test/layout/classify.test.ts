import fc from 'fast-check';
import { isKey } from '@dunnage/driver-api';
import { describe, expect, it } from 'vitest';
import * as kit from '@dunnage/conformance/registry';
import { classify, type Fact } from '../../dist/layout/classify.js';
import { makeDigest, parseDigest, splitDigest, type Digest } from '../../dist/layout/digest.js';
import { linkMd5, linkSize, parseLink } from '../../dist/layout/link.js';
import * as paths from '../../dist/layout/paths.js';

const HEX = '0123456789abcdef';
const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...HEX), minLength: length, maxLength: length });
const digest: fc.Arbitrary<Digest> = fc
  .oneof(
    hex(64).map((text) => makeDigest('sha256', text)),
    hex(128).map((text) => makeDigest('sha512', text)),
    hex(64).map((text) => makeDigest('tarsum/v1/sha256', text)),
    hex(40).map((text) => makeDigest('blake3', text)),
  )
  .map((made) => {
    if (made === undefined) throw new Error('not a digest');
    return made;
  });
const part = fc.stringMatching(/^[a-z0-9]{1,6}(?:[._-][a-z0-9]{1,6}){0,2}$/);
const repository = fc.oneof(
  fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
  // Names that look like what is beside them.
  fc.constantFrom('a', 'link', 'tags/current', 'blobs', 'revisions/sha256', 'signatures/x'),
);
const tag = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,20}$/),
  fc.constantFrom('current', 'index', 'link', '_layers', 'sha256', 'signatures'),
);

const cases: fc.Arbitrary<readonly [key: string, fact: Fact]> = fc
  .record({ repository, digest, signature: digest, tag })
  .chain(({ repository: name, digest: of, signature, tag: label }) =>
    fc.constantFrom<readonly [string, Fact]>(
      [paths.blobKey(of), { kind: 'blob', digest: of }],
      [paths.revisionKey(name, of), { kind: 'revision', repository: name, digest: of }],
      [
        paths.signatureKey(name, of, signature),
        { kind: 'signature', repository: name, digest: of, signature },
      ],
      [paths.tagKey(name, label), { kind: 'tag', repository: name, tag: label }],
      [
        paths.tagIndexKey(name, label, of),
        { kind: 'tag-index', repository: name, tag: label, digest: of },
      ],
      [paths.layerLinkKey(name, of), { kind: 'layer-link', repository: name, digest: of }],
    ),
  );

/** The key of a fact: exactly one, except for uploads. */
function keyOf(fact: Fact): string | undefined {
  switch (fact.kind) {
    case 'blob':
      return paths.blobKey(fact.digest);
    case 'revision':
      return paths.revisionKey(fact.repository, fact.digest);
    case 'signature':
      return paths.signatureKey(fact.repository, fact.digest, fact.signature);
    case 'tag':
      return paths.tagKey(fact.repository, fact.tag);
    case 'tag-index':
      return paths.tagIndexKey(fact.repository, fact.tag, fact.digest);
    case 'layer-link':
      return paths.layerLinkKey(fact.repository, fact.digest);
    default:
      return undefined;
  }
}

describe('classify', () => {
  it('understands every key that the registry writes', () => {
    fc.assert(
      fc.property(cases, ([key, fact]) => {
        expect(classify(key)).toEqual(fact);
        expect(isKey(key)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes a key for something only if that thing has exactly this key', () => {
    // Pieces of real keys in any order are much closer to real keys than any random text.
    const piece = fc.oneof(
      fc.constantFrom(
        ...['docker', 'registry', 'v2', 'repositories', 'blobs', '_manifests', '_layers', 'tags'],
        ...['_uploads', 'revisions', 'current', 'index', 'link', 'data', 'signatures', 'sha256'],
        ...['sha512', 'tarsum', 'v1', 'a', 'ab', '', '..', '_', '_x', 'ab'.repeat(32)],
        ...['AB'.repeat(32), 'ab'.repeat(64), '0'.repeat(64), `${'0'.repeat(63)}g`],
      ),
      fc.string({ maxLength: 4 }),
    );
    const tail = fc.array(piece, { maxLength: 9 }).map((parts) => parts.join('/'));
    const key = fc.oneof(
      fc.string(),
      tail,
      tail.map((text) => paths.registryPrefix + text),
      tail.map((text) => paths.blobsPrefix + text),
      tail.map((text) => `${paths.repositoriesPrefix}app/_manifests/${text}`),
      tail.map((text) => `${paths.repositoriesPrefix}app/_layers/${text}`),
      fc.tuple(cases, fc.nat(), fc.string({ maxLength: 1 })).map(([[good], at, other]) => {
        const position = at % good.length;
        return good.slice(0, position) + other + good.slice(position + 1);
      }),
    );
    fc.assert(
      fc.property(key, (text) => {
        const fact = classify(text);
        if (fact.kind === 'stray') return;
        if (fact.kind === 'upload') {
          expect(text.startsWith(paths.uploadsPrefix(fact.repository) + fact.upload)).toBe(true);
          return;
        }
        expect(keyOf(fact)).toBe(text);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    '',
    'docker/registry/v2',
    'docker/registry/v2/blobs/sha256/tmp/data',
    'docker/registry/v2/blobs/sha256/x/data',
    `docker/registry/v2/blobs/sha256/ab/${'cd'.repeat(32)}/data`,
    `docker/registry/v2/blobs/sha256/ab/${'ab'.repeat(32)}/data.tmp`,
    `docker/registry/v2/blobs/sha256/ab/${'ab'.repeat(32)}/`,
    `docker/registry/v2/blobs/sha256/AB/${'AB'.repeat(32)}/data`,
    `docker/registry/v2/blobs/sha256/ab/${'ab'.repeat(31)}/data`,
    `docker/registry/v3/blobs/sha256/ab/${'ab'.repeat(32)}/data`,
    `/docker/registry/v2/blobs/sha256/ab/${'ab'.repeat(32)}/data`,
    'docker/registry/v2/repositories/readme.txt',
    'docker/registry/v2/repositories/app/_manifests',
    'docker/registry/v2/repositories/app/_manifests/tags/v1/current/link/x',
    'docker/registry/v2/repositories/app/_manifests/tags/v1/current/data',
    'docker/registry/v2/repositories/app/_manifests/tags/v1/index/link',
    'docker/registry/v2/repositories/app/_manifests/tags/v1/former/link',
    'docker/registry/v2/repositories/app/_manifests/revisions/link',
    `docker/registry/v2/repositories/app/_manifests/revisions/sha256/${'ab'.repeat(32)}/data`,
    'docker/registry/v2/repositories/app/_uploads/data',
    `docker/registry/v2/repositories/app/_referrers/sha256/${'ab'.repeat(32)}/link`,
    `docker/registry/v2/repositories/_layers/sha256/${'ab'.repeat(32)}/link`,
    'dunnage/lock',
  ])('takes %s for a stray', (key) => {
    expect(classify(key)).toEqual({ kind: 'stray' });
  });

  it('takes whatever is in an upload for the upload', () => {
    const base = 'docker/registry/v2/repositories/a/b/_uploads/0f/';
    for (const rest of ['data', 'startedat', 'hashstates/sha256/0', 'else']) {
      expect(classify(base + rest)).toEqual({ kind: 'upload', repository: 'a/b', upload: '0f' });
    }
  });
});

describe('paths', () => {
  it('are those that the conformance kit wrote down on its own', () => {
    fc.assert(
      fc.property(repository, tag, digest, digest, (name, label, of, other) => {
        expect(paths.blobKey(of)).toBe(kit.blobKey(of.replaceAll('/', '+')));
        const text = of.replaceAll('/', '.');
        expect(paths.revisionKey(name, of)).toBe(kit.revisionKey(name, text));
        expect(paths.layerLinkKey(name, of)).toBe(kit.layerKey(name, text));
        expect(paths.tagIndexKey(name, label, of)).toBe(kit.tagIndexKey(name, label, text));
        expect(paths.tagKey(name, label)).toBe(kit.tagKey(name, label));
        const signature = kit.signatureKey(name, text, other.replaceAll('/', '+'));
        expect(paths.signatureKey(name, of, other)).toBe(signature);
      }),
    );
  });
});

describe('digests', () => {
  const ab = 'ab'.repeat(32);

  it.each([
    [`sha256:${ab}`, `sha256:${ab}`],
    [`sha512:${ab}${ab}`, `sha512:${ab}${ab}`],
    [`sha384:${ab.slice(0, 32)}${ab}`, `sha384:${ab.slice(0, 32)}${ab}`],
    [`tarsum+sha256:${ab}`, `tarsum/sha256:${ab}`],
    [`tarsum.v1+sha256:${ab}`, `tarsum/v1/sha256:${ab}`],
    [`tarsum;v1;sha256:${ab}`, `tarsum/v1/sha256:${ab}`],
    [`multihash+base58:${'QmY4'.repeat(10)}`, `multihash/base58:${'QmY4'.repeat(10)}`],
    [`sha256_x:${ab}`, `sha256_x:${ab}`],
  ])('reads %s', (text, digested) => {
    expect(parseDigest(text)).toBe(digested);
  });

  it.each([
    '',
    ':',
    'sha256',
    'sha256:',
    `:${ab}`,
    `sha256:${ab.toUpperCase()}`,
    `SHA256:${ab}`,
    `sha256:${ab.slice(1)}`,
    `sha256:${ab}0`,
    `sha256:${ab.slice(0, -1)}g`,
    `sha256:${ab.slice(0, -1)}\n`,
    `sha256:sha256:${ab}`,
    `sha512:${ab}`,
    `md5:${ab.slice(0, 30)}`,
    `../../etc:${ab}`,
    `a//b:${ab}`,
    `a+:${ab}`,
    `+a:${ab}`,
    `blake3:${ab.slice(0, -3)}/..`,
    `blake3:${ab} `,
  ])('refuses %j', (text) => {
    expect(parseDigest(text)).toBeUndefined();
  });

  it('makes nothing of any text that would not be a path of its own', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          digest,
          fc.string().map((s) => `a:${s}${ab}`),
        ),
        (text) => {
          const parsed = parseDigest(text);
          if (parsed === undefined) return;
          const [algorithm, encoded] = splitDigest(parsed);
          expect(makeDigest(algorithm, encoded)).toBe(parsed);
          expect(isKey(paths.blobKey(parsed))).toBe(true);
          expect(classify(paths.blobKey(parsed))).toEqual({ kind: 'blob', digest: parsed });
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('links', () => {
  it('hold a digest, with or without white space around it, or nothing that counts', () => {
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
    const ab = `sha256:${'ab'.repeat(32)}`;
    expect(parseLink(encode(ab))).toBe(ab);
    expect(parseLink(encode(`${ab}\n`))).toBe(ab);
    for (const text of ['', ' ', 'x', ab.slice(0, -1), `${ab}${ab}`, `${ab}\0`, `\uFEFF${ab}`]) {
      expect(parseLink(encode(text))).toBeUndefined();
    }
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const link = parseLink(bytes);
        if (link !== undefined) expect(parseDigest(link.replaceAll('/', '+'))).toBe(link);
      }),
    );
  });

  it('have the size and the hash of what the registry writes', () => {
    const ab = parseDigest(`sha256:${'ab'.repeat(32)}`);
    if (ab === undefined) throw new Error('not a digest');
    expect(linkSize(ab)).toBe(71);
    expect(linkMd5(ab)).toBe('36f6769913c757cd5f39ec96e06ef47d');
  });
});
