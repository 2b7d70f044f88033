import type { Probe } from '../probe.ts';
import type { Answer, ObjectJson, Wire } from '../wire.ts';
import { objectIn, objectPath, outcome } from '../wire.ts';

interface RewriteJson {
  readonly done: boolean;
  readonly objectSize: string;
  readonly totalBytesRewritten: string;
  readonly rewriteToken?: string;
  readonly resource?: ObjectJson;
}

/** Copies, moves, compositions, changed metadata. */
export const changeProbes: readonly Probe[] = [
  {
    name: 'copies take bytes and metadata, or new metadata',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const other = await wire.bucket();
      await wire.insert(bucket, { name: 'a', metadata: { k: 'v' } }, 'hello');
      const same = objectIn(await copy(wire, bucket, 'a', bucket, 'b/c'));
      const far = objectIn(await copy(wire, bucket, 'a', other, 'a', { contentType: 'x/y' }));
      return {
        same: [same.name, same.metadata, same.contentType, same.md5Hash, same.metageneration],
        far: [far.name, far.metadata, far.contentType, far.md5Hash],
        bytes: (await wire.media(other, 'a')).text,
        missing: outcome(await copy(wire, bucket, 'no', bucket, 'x')),
        noBucket: outcome(await copy(wire, bucket, 'a', `${other}-no`, 'x')),
      };
    },
    facts: {
      same: ['b/c', { k: 'v' }, 'text/plain', 'XUFAKrxLKna5cZ2REBfFkg==', '1'],
      far: ['a', undefined, 'x/y', 'XUFAKrxLKna5cZ2REBfFkg=='],
      bytes: 'hello',
      missing: '404 notFound',
      noBucket: '404 notFound',
    },
  },
  {
    name: 'a rewrite of a small object',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const source = await wire.putObject(bucket, 'a', 'hello');
      const answer = await rewrite(wire, bucket, 'a', 'b');
      const { done, objectSize, totalBytesRewritten, resource } = rewriteIn(answer);
      return {
        done,
        objectSize,
        totalBytesRewritten,
        name: resource?.name,
        md5Hash: resource?.md5Hash === source.md5Hash,
        exists: await wire.names(bucket),
        notThere: outcome(await rewrite(wire, bucket, 'no', 'c')),
        ifSource: outcome(
          await rewrite(wire, bucket, 'a', 'c', { ifSourceGenerationMatch: '123' }),
        ),
        ifAbsent: outcome(await rewrite(wire, bucket, 'a', 'b', { ifGenerationMatch: '0' })),
        ofGeneration: outcome(await rewrite(wire, bucket, 'a', 'c', { sourceGeneration: '123' })),
      };
    },
    facts: {
      done: true,
      objectSize: '5',
      totalBytesRewritten: '5',
      name: 'b',
      md5Hash: true,
      exists: ['a', 'b'],
      notThere: '404 notFound',
      ifSource: '412 conditionNotMet',
      ifAbsent: '412 conditionNotMet',
      ofGeneration: '404 notFound',
    },
  },
  {
    name: 'a move takes the source away',
    run: async (wire) => {
      const bucket = await wire.bucket();
      await wire.insert(bucket, { name: 'a', metadata: { k: 'v' } }, 'hello');
      const moved = await move(wire, bucket, 'a', 'b/c');
      await wire.putObject(bucket, 'd', 'other');
      return {
        moved: [objectIn(moved).name, objectIn(moved).metadata],
        names: await wire.names(bucket),
        bytes: (await wire.media(bucket, 'b/c')).text,
        again: outcome(await move(wire, bucket, 'a', 'b/c')),
        ifAbsent: outcome(await move(wire, bucket, 'd', 'b/c', { ifGenerationMatch: '0' })),
        ifSource: outcome(await move(wire, bucket, 'd', 'x', { ifSourceGenerationMatch: '1' })),
        itself: outcome(await move(wire, bucket, 'd', 'd')),
        over: outcome(await move(wire, bucket, 'd', 'b/c')),
        left: (await wire.media(bucket, 'b/c')).text,
      };
    },
    facts: {
      moved: ['b/c', { k: 'v' }],
      names: ['b/c', 'd'],
      bytes: 'hello',
      again: '404 notFound',
      ifAbsent: '412 conditionNotMet',
      ifSource: '412 conditionNotMet',
      itself: '400 invalid',
      over: 'ok',
      left: 'other',
    },
  },
  {
    name: 'a composed object has no MD5',
    run: async (wire) => {
      const bucket = await wire.bucket();
      await wire.putObject(bucket, 'a', 'hel');
      const { generation } = await wire.putObject(bucket, 'b', 'lo');
      const sources = [{ name: 'a' }, { name: 'b', generation }];
      const { md5Hash, crc32c, componentCount, size } = objectIn(
        await compose(wire, bucket, 'c', sources),
      );
      const nested = objectIn(await compose(wire, bucket, 'd', [{ name: 'c' }, { name: 'a' }]));
      const [listed] = (await wire.list(bucket, { prefix: 'c' })).items ?? [];
      const media = await wire.media(bucket, 'c');
      const never = [{ name: 'b', objectPreconditions: { ifGenerationMatch: '1' } }];
      return {
        composed: { md5Hash, crc32c, componentCount, size },
        listed: [listed?.md5Hash, listed?.crc32c],
        bytes: media.text,
        hashes: media.headers.get('x-goog-hash'),
        nested: nested.componentCount,
        missing: outcome(await compose(wire, bucket, 'x', [{ name: 'no' }])),
        none: outcome(await compose(wire, bucket, 'x', [])),
        tooMany: outcome(
          await compose(
            wire,
            bucket,
            'x',
            Array.from({ length: 33 }, () => ({ name: 'a' })),
          ),
        ),
        source: outcome(await compose(wire, bucket, 'x', never)),
        absent: outcome(await compose(wire, bucket, 'c', sources, { ifGenerationMatch: '0' })),
      };
    },
    facts: {
      composed: { md5Hash: undefined, crc32c: 'mnG7TA==', componentCount: 2, size: '5' },
      listed: [undefined, 'mnG7TA=='],
      bytes: 'hello',
      hashes: 'crc32c=mnG7TA==',
      nested: 3,
      missing: '404 notFound',
      none: '400 invalid',
      tooMany: '400 invalid',
      source: '412 conditionNotMet',
      absent: '412 conditionNotMet',
    },
  },
  {
    name: 'a patch changes metadata, not the generation',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const before = objectIn(
        await wire.insert(bucket, { name: 'a', metadata: { keep: '1', drop: '2' } }, 'x'),
      );
      const changes = { cacheControl: 'no-store', metadata: { drop: null, add: '3' } };
      const after = objectIn(await wire.patch(bucket, 'a', changes));
      return {
        generation: after.generation === before.generation,
        metageneration: after.metageneration,
        etag: after.etag === before.etag,
        metadata: after.metadata,
        contentType: after.contentType,
        notThere: outcome(await wire.patch(bucket, 'no', changes)),
      };
    },
    facts: {
      generation: true,
      metageneration: '2',
      etag: false,
      metadata: { keep: '1', add: '3' },
      contentType: 'text/plain',
      notThere: '404 notFound',
    },
  },
];

function copy(
  wire: Wire,
  bucket: string,
  name: string,
  toBucket: string,
  to: string,
  metadata: object = {},
): Promise<Answer> {
  const target = `b/${toBucket}/o/${encodeURIComponent(to)}`;
  return wire.json('POST', `${objectPath(bucket, name)}/copyTo/${target}`, metadata);
}

function rewrite(
  wire: Wire,
  bucket: string,
  name: string,
  to: string,
  query: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const target = `b/${bucket}/o/${encodeURIComponent(to)}`;
  return wire.json('POST', `${objectPath(bucket, name)}/rewriteTo/${target}`, {}, query);
}

function rewriteIn({ text }: Answer): RewriteJson {
  return JSON.parse(text) as RewriteJson;
}

function move(
  wire: Wire,
  bucket: string,
  name: string,
  to: string,
  query: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const path = `${objectPath(bucket, name)}/moveTo/o/${encodeURIComponent(to)}`;
  return wire.send('POST', path, { query });
}

function compose(
  wire: Wire,
  bucket: string,
  name: string,
  sourceObjects: readonly object[],
  query: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return wire.json('POST', `${objectPath(bucket, name)}/compose`, { sourceObjects }, query);
}
