import type { Probe } from '../probe.ts';
import { outcome, outcomes, textOf } from '../reading.ts';
import { etagOf } from '../wire.ts';
import type { Answer } from '../wire.ts';

/** GetObject and HeadObject. */
export const readingProbes: readonly Probe[] = [
  {
    name: 'what is told of an object',
    run: async (wire) => {
      const bucket = await wire.bucket();
      await wire.put(bucket, 'k', 'hello', {
        'content-type': 'text/plain',
        'cache-control': 'no-store',
        'x-amz-meta-colour': 'blue',
      });
      const { headers, text, status } = await wire.get(bucket, 'k');
      const head = await wire.head(bucket, 'k');
      const plain = await wire.put(bucket, 'plain', 'x').then(() => wire.head(bucket, 'plain'));
      return {
        status,
        text,
        length: headers['content-length'],
        type: headers['content-type'],
        plainType: plain.headers['content-type'],
        cache: headers['cache-control'],
        meta: headers['x-amz-meta-colour'],
        etag: headers.etag,
        ranges: headers['accept-ranges'],
        modified: headers['last-modified']?.endsWith(' GMT'),
        version: headers['x-amz-version-id'],
        requestId: (headers['x-amz-request-id'] ?? '') !== '',
        date: headers.date !== undefined,
        head: [head.status, head.headers['content-length'], head.text, head.headers.etag],
        sameTime: head.headers['last-modified'] === headers['last-modified'],
      };
    },
    facts: {
      status: 200,
      text: 'hello',
      length: '5',
      type: 'text/plain',
      plainType: 'binary/octet-stream',
      cache: 'no-store',
      meta: 'blue',
      etag: etagOf('hello'),
      ranges: 'bytes',
      modified: true,
      version: undefined,
      requestId: true,
      date: true,
      head: [200, '5', '', etagOf('hello')],
      sameTime: true,
    },
  },
  {
    name: 'what is missing',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const missing = await wire.get(bucket, 'no');
      const head = await wire.head(bucket, 'no');
      return {
        ...(await outcomes({
          bucket: () => wire.get(`${bucket}-no`, 'k'),
          list: () => wire.list(`${bucket}-no`, {}),
          headBucket: () => wire.send('HEAD', `/${bucket}-no`),
        })),
        object: outcome(missing),
        key: textOf(missing, 'Key'),
        type: missing.headers['content-type'],
        ids: textOf(missing, 'RequestId') === missing.headers['x-amz-request-id'],
        head: [head.status, head.text],
      };
    },
    facts: {
      bucket: '404 NoSuchBucket',
      list: '404 NoSuchBucket',
      headBucket: '404',
      object: '404 NoSuchKey',
      key: 'no',
      type: 'application/xml',
      ids: true,
      head: [404, ''],
    },
  },
  {
    name: 'ranges',
    run: async (wire) => {
      const bucket = await wire.bucket();
      await wire.put(bucket, 'k', '0123456789');
      await wire.put(bucket, 'empty', '');
      const ask = async (range: string, key = 'k'): Promise<string> =>
        ranged(await wire.get(bucket, key, { range }));
      const head = await wire.head(bucket, 'k', { range: 'bytes=1-3' });
      return {
        middle: await ask('bytes=2-4'),
        open: await ask('bytes=7-'),
        beyond: await ask('bytes=8-100'),
        suffix: await ask('bytes=-3'),
        longSuffix: await ask('bytes=-100'),
        whole: await ask('bytes=0-9'),
        past: await ask('bytes=10-'),
        noSuffix: await ask('bytes=-0'),
        ofEmpty: await ask('bytes=0-', 'empty'),
        backwards: await ask('bytes=4-2'),
        several: await ask('bytes=0-1,3-4'),
        nonsense: await ask('0-1'),
        head: [head.status, head.headers['content-length'], head.headers['content-range']],
      };
    },
    facts: {
      middle: '206 bytes 2-4/10 3 234',
      open: '206 bytes 7-9/10 3 789',
      beyond: '206 bytes 8-9/10 2 89',
      suffix: '206 bytes 7-9/10 3 789',
      longSuffix: '206 bytes 0-9/10 10 0123456789',
      whole: '206 bytes 0-9/10 10 0123456789',
      past: '416 InvalidRange',
      noSuffix: '416 InvalidRange',
      ofEmpty: '416 InvalidRange',
      backwards: '200 undefined 10 0123456789',
      several: '200 undefined 10 0123456789',
      nonsense: '200 undefined 10 0123456789',
      head: [206, '3', 'bytes 1-3/10'],
    },
  },
  {
    name: 'conditions on reads',
    run: async (wire) => {
      const bucket = await wire.bucket();
      await wire.put(bucket, 'k', 'x');
      const past = 'Mon, 01 Jan 2024 00:00:00 GMT';
      const future = 'Fri, 01 Jan 2100 00:00:00 GMT';
      const other = etagOf('other');
      const notModified = await wire.get(bucket, 'k', { 'if-none-match': etagOf('x') });
      return {
        ...(await outcomes({
          match: () => wire.get(bucket, 'k', { 'if-match': etagOf('x') }),
          unquoted: () => wire.get(bucket, 'k', { 'if-match': etagOf('x').replaceAll('"', '') }),
          any: () => wire.get(bucket, 'k', { 'if-match': '*' }),
          list: () => wire.get(bucket, 'k', { 'if-match': `${other}, ${etagOf('x')}` }),
          mismatch: () => wire.get(bucket, 'k', { 'if-match': other }),
          headMismatch: () => wire.head(bucket, 'k', { 'if-match': other }),
          noneMatch: () => wire.get(bucket, 'k', { 'if-none-match': other }),
          headNoneMatch: () => wire.head(bucket, 'k', { 'if-none-match': etagOf('x') }),
          unmodified: () => wire.get(bucket, 'k', { 'if-unmodified-since': past }),
          modified: () => wire.get(bucket, 'k', { 'if-modified-since': past }),
          modifiedLater: () => wire.get(bucket, 'k', { 'if-modified-since': future }),
          matchWins: () =>
            wire.get(bucket, 'k', {
              'if-match': etagOf('x'),
              'if-unmodified-since': past,
            }),
          missing: () => wire.get(bucket, 'no', { 'if-match': other }),
        })),
        notModified: [notModified.status, notModified.text, notModified.headers.etag],
      };
    },
    facts: {
      match: '200',
      unquoted: '200',
      any: '200',
      list: '200',
      mismatch: '412 PreconditionFailed',
      headMismatch: '412',
      noneMatch: '200',
      headNoneMatch: '304',
      unmodified: '412 PreconditionFailed',
      modified: '200',
      modifiedLater: '200',
      matchWins: '200',
      missing: '404 NoSuchKey',
      notModified: [304, '', etagOf('x')],
    },
  },
  {
    name: 'keys that are awkward in a URL',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const keys = [
        '/',
        '//a',
        'a//b',
        'a/',
        ' ',
        "ü ~*!'()",
        'a%2Fb',
        '?x=1&y#z',
        '\u{1f600}',
        'a+b',
      ];
      for (const key of keys) await wire.put(bucket, key, key);
      const found: string[] = [];
      for (const key of keys) found.push((await wire.get(bucket, key)).text);
      const long = 'é'.repeat(512);
      return {
        same: found.join('|') === keys.join('|'),
        longest: outcome(await wire.put(bucket, long)),
        tooLong: outcome(await wire.put(bucket, `${long}x`)),
        noUtf8: outcome(await wire.send('GET', `/${bucket}/%FF`)),
      };
    },
    facts: {
      same: true,
      longest: '200',
      tooLong: '400 KeyTooLongError',
      noUtf8: '400 InvalidURI',
    },
  },
];

function ranged({ status, headers, text }: Answer): string {
  if (status >= 300) return outcome({ status, headers, text, bytes: Buffer.from(text) });
  return `${status} ${headers['content-range']} ${headers['content-length']} ${text}`;
}
