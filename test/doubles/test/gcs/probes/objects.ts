import type { Probe } from '../probe.ts';
import { messageOf, objectIn, outcome } from '../wire.ts';

/** What is written is what is read. */
export const objectProbes: readonly Probe[] = [
  {
    name: 'an object has size, checksums and a generation',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const { size, md5Hash, crc32c, metageneration, storageClass, contentType, ...made } =
        objectIn(await wire.insert(bucket, { name: 'a/b' }, 'hello'));
      const got = objectIn(await wire.get(bucket, 'a/b'));
      return {
        made: { size, md5Hash, crc32c, metageneration, storageClass, contentType },
        generationIsNumber: /^\d+$/.test(made.generation),
        sameGeneration: got.generation === made.generation,
        sameEtag: got.etag === made.etag,
        componentCount: got.componentCount,
        bytes: (await wire.media(bucket, 'a/b')).text,
      };
    },
    facts: {
      made: {
        size: '5',
        md5Hash: 'XUFAKrxLKna5cZ2REBfFkg==',
        crc32c: 'mnG7TA==',
        metageneration: '1',
        storageClass: 'STANDARD',
        contentType: 'text/plain',
      },
      generationIsNumber: true,
      sameGeneration: true,
      sameEtag: true,
      componentCount: undefined,
      bytes: 'hello',
    },
  },
  {
    name: 'statuses of what works',
    run: async (wire) => {
      const bucket = await wire.bucket();
      return {
        media: (await wire.put(bucket, 'a')).status,
        multipart: (await wire.insert(bucket, { name: 'b' }, 'x')).status,
        get: (await wire.get(bucket, 'a')).status,
        patch: (await wire.patch(bucket, 'a', { contentType: 'a/b' })).status,
        delete: (await wire.delete(bucket, 'a')).status,
        deleteBytes: (await wire.delete(bucket, 'b')).bytes.length,
      };
    },
    facts: { media: 200, multipart: 200, get: 200, patch: 200, delete: 204, deleteBytes: 0 },
  },
  {
    name: 'an empty object',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const { size, md5Hash, crc32c } = await wire.putObject(bucket, 'empty', '');
      const media = await wire.media(bucket, 'empty');
      return { size, md5Hash, crc32c, status: media.status, length: media.bytes.length };
    },
    facts: {
      size: '0',
      md5Hash: '1B2M2Y8AsgTpgAmY7PhCfg==',
      crc32c: 'AAAAAA==',
      status: 200,
      length: 0,
    },
  },
  {
    name: 'a replaced object has a later generation, and the old bytes are gone',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const before = await wire.putObject(bucket, 'a', 'one');
      const after = await wire.putObject(bucket, 'a', 'two');
      return {
        later: BigInt(after.generation) > BigInt(before.generation),
        etagChanged: before.etag !== after.etag,
        bytes: (await wire.media(bucket, 'a')).text,
        old: outcome(await wire.get(bucket, 'a', { generation: before.generation })),
      };
    },
    facts: { later: true, etagChanged: true, bytes: 'two', old: '404 notFound' },
  },
  {
    name: 'media comes with generation and hashes',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const { generation } = await wire.putObject(bucket, 'a', 'hello');
      const { headers } = await wire.media(bucket, 'a');
      return {
        generation: headers.get('x-goog-generation') === generation,
        metageneration: headers.get('x-goog-metageneration'),
        hashes: headers.get('x-goog-hash'),
        length: headers.get('content-length'),
        storedLength: headers.get('x-goog-stored-content-length'),
        type: headers.get('content-type'),
        encoding: headers.get('x-goog-stored-content-encoding'),
      };
    },
    facts: {
      generation: true,
      metageneration: '1',
      hashes: 'crc32c=mnG7TA==,md5=XUFAKrxLKna5cZ2REBfFkg==',
      length: '5',
      storedLength: '5',
      type: 'text/plain',
      encoding: 'identity',
    },
  },
  {
    name: 'ranges',
    run: async (wire) => {
      const bucket = await wire.bucket();
      await wire.putObject(bucket, 'a', '0123456789');
      const read = async (range: string): Promise<string> => {
        const { status, text, headers } = await wire.media(bucket, 'a', { range });
        const shown = status < 300 ? text : '';
        return [status, headers.get('content-range'), shown].join(' ');
      };
      return {
        first: await read('bytes=0-2'),
        from: await read('bytes=7-'),
        last: await read('bytes=-2'),
        beyondEnd: await read('bytes=8-100'),
        suffixTooLong: await read('bytes=-100'),
        behindEnd: await read('bytes=10-12'),
      };
    },
    facts: {
      first: '206 bytes 0-2/10 012',
      from: '206 bytes 7-9/10 789',
      last: '206 bytes 8-9/10 89',
      beyondEnd: '206 bytes 8-9/10 89',
      suffixTooLong: '206 bytes 0-9/10 0123456789',
      behindEnd: '416 bytes */10 ',
    },
  },
  {
    name: 'no object is not no bucket',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const nowhere = `${bucket}-no`;
      const object = await wire.get(bucket, 'no/such');
      const noBucket = await wire.get(nowhere, 'no/such');
      const media = await wire.media(bucket, 'no/such');
      return {
        object: outcome(object),
        objectMessage: messageOf(object, bucket),
        bucket: outcome(noBucket),
        bucketMessage: messageOf(noBucket, nowhere),
        listed: outcome(await wire.send('GET', `/storage/v1/b/${nowhere}/o`)),
        written: outcome(await wire.put(nowhere, 'a')),
        deleted: outcome(await wire.delete(bucket, 'no/such')),
        media: media.status,
        mediaText: media.text.replaceAll(bucket, 'BUCKET'),
      };
    },
    facts: {
      object: '404 notFound',
      objectMessage: 'No such object: BUCKET/no/such',
      bucket: '404 notFound',
      bucketMessage: 'The specified bucket does not exist.',
      listed: '404 notFound',
      written: '404 notFound',
      deleted: '404 notFound',
      media: 404,
      mediaText: 'No such object: BUCKET/no/such',
    },
  },
  {
    name: 'odd names are names',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const names = [
        '/',
        '//a',
        'a//b',
        'a/',
        'a%2Fb',
        'a+b',
        'a b',
        'a#b?c=d&e',
        'é',
        '~😀',
        '...',
      ];
      for (const name of names) await wire.putObject(bucket, name);
      const listed = await wire.names(bucket);
      const bytes = [];
      for (const name of names) bytes.push((await wire.media(bucket, name)).text);
      const deleted = [];
      for (const name of names) deleted.push(outcome(await wire.delete(bucket, name)));
      return {
        listed,
        bytesAreNames: bytes.join('|') === names.join('|'),
        deleted: [...new Set(deleted)],
        left: await wire.names(bucket),
      };
    },
    facts: {
      listed: ['...', '/', '//a', 'a b', 'a#b?c=d&e', 'a%2Fb', 'a+b', 'a/', 'a//b', '~😀', 'é'],
      bytesAreNames: true,
      deleted: ['ok'],
      left: [],
    },
  },
  {
    name: 'names that no object can have',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const put = async (name: string): Promise<string> =>
        outcome(await wire.put(bucket, name, ''));
      return {
        longest: await put('x'.repeat(1024)),
        tooLong: await put('x'.repeat(1025)),
        tooLongInBytes: await put('é'.repeat(513)),
        newline: await put('a\nb'),
        carriageReturn: await put('a\rb'),
        dot: await put('.'),
        dots: await put('..'),
        acme: await put('.well-known/acme-challenge/x'),
        none: await put(''),
      };
    },
    facts: {
      longest: 'ok',
      tooLong: '400 invalid',
      tooLongInBytes: '400 invalid',
      newline: '400 invalid',
      carriageReturn: '400 invalid',
      dot: '400 invalid',
      dots: '400 invalid',
      acme: '400 invalid',
      none: '400 required',
    },
  },
];
