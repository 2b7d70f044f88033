import { createHash } from 'node:crypto';
import type { Probe } from '../probe.ts';
import { outcome } from '../wire.ts';

const text = '0123456789-a-blob-of-thirty-by';
const md5 = createHash('md5').update(text).digest('base64');

/** Writing and reading whole blobs and parts of them. */
export const objectProbes: readonly Probe[] = [
  {
    name: 'a blob is read as it was written',
    run: async (wire) => {
      const container = await wire.container();
      const put = await wire.put(container, 'a/b', text, {
        'content-type': 'text/plain',
        'x-ms-blob-cache-control': 'max-age=60',
        'x-ms-meta-Colour': 'red',
      });
      const get = await wire.blob('GET', container, 'a/b');
      const head = await wire.blob('HEAD', container, 'a/b');
      return {
        put: outcome(put),
        putMd5: put.headers.get('content-md5'),
        sameEtag: put.headers.get('etag') === get.headers.get('etag'),
        etagForm: /^"0x[0-9A-F]{15}"$/u.test(put.headers.get('etag') ?? ''),
        body: get.text,
        get: [
          'content-length',
          'content-type',
          'content-md5',
          'cache-control',
          'x-ms-meta-colour',
        ].map((name) => get.headers.get(name)),
        head: [
          'content-length',
          'content-md5',
          'x-ms-blob-type',
          'x-ms-lease-state',
          'accept-ranges',
        ].map((name) => head.headers.get(name)),
        headBody: head.bytes.length,
      };
    },
    facts: {
      put: '201',
      putMd5: md5,
      sameEtag: true,
      etagForm: true,
      body: text,
      get: ['30', 'text/plain', md5, 'max-age=60', 'red'],
      head: ['30', md5, 'BlockBlob', 'available', 'bytes'],
      headBody: 0,
    },
  },
  {
    name: 'each write has an etag of its own, even of the same bytes',
    run: async (wire) => {
      const container = await wire.container();
      const first = await wire.written(container, 'a', 'x');
      const second = await wire.written(container, 'a', 'x');
      const metadata = await wire.blob('PUT', container, 'a', {
        query: { comp: 'metadata' },
        headers: { 'x-ms-meta-a': '1' },
      });
      const third = metadata.headers.get('etag') ?? '';
      return { different: new Set([first, second, third]).size, metadata: outcome(metadata) };
    },
    facts: { different: 3, metadata: '200' },
  },
  {
    name: 'ranges',
    run: async (wire) => {
      const container = await wire.container();
      await wire.written(container, 'a', text);
      const get = async (headers: Readonly<Record<string, string>>): Promise<string> => {
        const answer = await wire.blob('GET', container, 'a', { headers });
        const range = answer.headers.get('content-range') ?? '';
        return `${outcome(answer)} ${range} ${answer.status < 300 ? answer.text : ''}`.trim();
      };
      const checked = await wire.blob('GET', container, 'a', {
        headers: { 'x-ms-range': 'bytes=0-3', 'x-ms-range-get-content-md5': 'true' },
      });
      return {
        middle: await get({ range: 'bytes=2-5' }),
        own: await get({ 'x-ms-range': 'bytes=2-5' }),
        ownFirst: await get({ 'x-ms-range': 'bytes=2-5', range: 'bytes=0-0' }),
        open: await get({ range: 'bytes=28-' }),
        pastEnd: await get({ range: 'bytes=28-64' }),
        atEnd: await get({ range: 'bytes=30-' }),
        beyond: await get({ range: 'bytes=40-50' }),
        partMd5: checked.headers.get('content-md5'),
        wholeMd5: checked.headers.get('x-ms-blob-content-md5') === md5,
      };
    },
    facts: {
      middle: '206 bytes 2-5/30 2345',
      own: '206 bytes 2-5/30 2345',
      ownFirst: '206 bytes 2-5/30 2345',
      open: '206 bytes 28-29/30 by',
      pastEnd: '206 bytes 28-29/30 by',
      atEnd: '416 InvalidRange bytes */30',
      beyond: '416 InvalidRange bytes */30',
      partMd5: createHash('md5').update('0123').digest('base64'),
      wholeMd5: true,
    },
  },
  {
    name: 'an empty blob is a blob',
    run: async (wire) => {
      const container = await wire.container();
      await wire.written(container, 'empty', '');
      const get = await wire.blob('GET', container, 'empty');
      const range = await wire.blob('GET', container, 'empty', { headers: { range: 'bytes=0-' } });
      return {
        get: outcome(get),
        length: get.headers.get('content-length'),
        md5: get.headers.get('content-md5'),
        range: outcome(range),
      };
    },
    facts: { get: '200', length: '0', md5: '1B2M2Y8AsgTpgAmY7PhCfg==', range: '416 InvalidRange' },
  },
  {
    name: 'checksums that do not fit are refused, and nothing is stored',
    run: async (wire) => {
      const container = await wire.container();
      const put = async (
        name: string,
        headers: Readonly<Record<string, string>>,
      ): Promise<string> => outcome(await wire.put(container, name, text, headers));
      return {
        right: await put('right', { 'content-md5': md5 }),
        wrong: await put('wrong', { 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' }),
        noMd5: await put('none', { 'content-md5': 'abc' }),
        crc: await put('crc', { 'x-ms-content-crc64': 'AAAAAAAAAAA=' }),
        names: (await wire.list(container)).names,
      };
    },
    facts: {
      right: '201',
      wrong: '400 Md5Mismatch',
      noMd5: '400 InvalidMd5',
      crc: '400 Crc64Mismatch',
      names: ['right'],
    },
  },
  {
    name: 'requests without what they need are refused',
    run: async (wire) => {
      const container = await wire.container();
      const noType = await wire.blob('PUT', container, 'a', { body: 'x' });
      const badType = await wire.put(container, 'a', 'x', { 'x-ms-blob-type': 'Sandwich' });
      const badMetadata = await wire.put(container, 'a', 'x', { 'x-ms-meta-a-b': '1' });
      const wrongVerb = await wire.blob('PUT', container, 'a', { query: { comp: 'sandwich' } });
      return {
        noType: noType.status,
        badType: badType.status,
        badMetadata: outcome(badMetadata),
        wrongVerb: wrongVerb.status,
      };
    },
    facts: { noType: 400, badType: 400, badMetadata: '400 InvalidMetadata', wrongVerb: 400 },
  },
];
