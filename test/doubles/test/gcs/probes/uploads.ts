import type { Probe } from '../probe.ts';
import { objectIn, outcome } from '../wire.ts';

/** Ways to bring bytes in. */
export const uploadProbes: readonly Probe[] = [
  {
    name: 'boundaries, quoted and not',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const insert = async (header: string, line: string): Promise<string> => {
        const metadata = { name: line, metadata: { k: 'v' } };
        const answer = await wire.insert(
          bucket,
          metadata,
          `--${line}x\r\n\r\n`,
          {},
          { header, line },
        );
        if (answer.status !== 200) return outcome(answer);
        return `${(await wire.media(bucket, line)).text === `--${line}x\r\n\r\n`}`;
      };
      return {
        plain: await insert('bound', 'bound'),
        quoted: await insert('"a b"', 'a b'),
        escaped: await insert(String.raw`"a\+b"`, 'a+b'),
        equals: await insert('"=="', '=='),
        single: await insert("'===12=='", '===12=='),
        followed: await insert('b0; charset=utf-8', 'b0'),
        wrong: await insert('other', 'bound'),
      };
    },
    facts: {
      plain: 'true',
      quoted: 'true',
      escaped: 'true',
      equals: 'true',
      single: 'true',
      followed: 'true',
      wrong: '400 badContent',
    },
  },
  {
    name: 'metadata of an upload',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const inMetadata = { name: 'a', contentType: 'application/x', metadata: { k: 'v' } };
      const a = objectIn(await wire.insert(bucket, inMetadata, 'x'));
      const b = objectIn(await wire.insert(bucket, { name: 'ignored' }, 'x', { name: 'b' }));
      return {
        a: [a.contentType, a.metadata],
        b: [b.name, b.contentType, b.metadata],
        noName: outcome(await wire.insert(bucket, {}, 'x')),
        noType: outcome(await wire.send('POST', `/upload/storage/v1/b/${bucket}/o`)),
        noUpload: outcome(await wire.json('POST', `/storage/v1/b/${bucket}/o`, { name: 'c' })),
      };
    },
    facts: {
      a: ['application/x', { k: 'v' }],
      b: ['b', 'text/plain', undefined],
      noName: '400 required',
      noType: '400 required',
      noUpload: '400 wrongUrlForUpload',
    },
  },
  {
    name: 'checksums are compared, and what differs is not kept',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const md5Hash = 'XUFAKrxLKna5cZ2REBfFkg==';
      const crc32c = 'mnG7TA==';
      return {
        right: outcome(await wire.insert(bucket, { name: 'right', md5Hash, crc32c }, 'hello')),
        md5: outcome(await wire.insert(bucket, { name: 'a', md5Hash }, 'other')),
        crc32c: outcome(await wire.insert(bucket, { name: 'b', crc32c }, 'other')),
        stored: await wire.names(bucket),
      };
    },
    facts: { right: 'ok', md5: '400 invalid', crc32c: '400 invalid', stored: ['right'] },
  },
];
