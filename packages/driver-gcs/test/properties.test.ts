import { Storage } from '@google-cloud/storage';
import { startGcsDouble } from '@dunnage/doubles/gcs';
import { createGcsDriver } from '@dunnage/driver-gcs';
import { isKey } from '@dunnage/driver-api';
import type { ListedObject } from '@dunnage/driver-api';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { parseBatch } from '../dist/batch/parse.js';
import { collect } from './support.ts';

const double = await startGcsDouble();
afterAll(() => double.close());

/** Names as they come in buckets: some of them no keys. */
const name = fc
  .array(
    fc.oneof(
      fc.constantFrom('a', 'b', '.', '..', '', 'é', '😀', '\uff5e', 'a-', 'a0'),
      fc.string(),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((segments) => segments.join('/'))
  .filter((text) => text !== '' && text !== '.' && text !== '..')
  .filter((text) => text.isWellFormed() && !/[\r\n\0]/.test(text));

describe('a listing', () => {
  test('says of each object what the SDK says', async () => {
    let buckets = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, fc.string({ maxLength: 20 }), { maxKeys: 12, noNullPrototype: true }),
        fc.integer({ min: 1, max: 5 }),
        async (objects, pageSize) => {
          const bucket = `bucket-${++buckets}`;
          const container = double.container(bucket);
          for (const [each, content] of Object.entries(objects)) container.put(each, content);
          await using driver = createGcsDriver({ bucket, endpoint: double.url });
          const found = (await collect(driver.list({ pageSize }))).flatMap((page) => page.objects);
          expect(found).toEqual(await bySdk(bucket));
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** What the SDK's model of a bucket has of the objects that can be keys. */
async function bySdk(bucket: string): Promise<ListedObject[]> {
  const storage = new Storage({ apiEndpoint: double.url, projectId: 'none' });
  const [files] = await storage.bucket(bucket).getFiles();
  return files.flatMap(({ name: key, metadata }) => {
    const { size, timeCreated, generation, md5Hash = '' } = metadata;
    if (!isKey(key)) return [];
    return {
      key,
      size: Number(size),
      modified: Math.floor(Date.parse(timeCreated ?? '') / 1000) * 1000,
      etag: String(generation),
      version: String(generation),
      checksums: { md5: Buffer.from(md5Hash, 'base64').toString('hex') },
    };
  });
}

interface Part {
  readonly id: string;
  readonly status: number;
  readonly body: string;
}

const part = fc.record<Part>({
  id: fc.stringMatching(/^[a-z0-9-]{1,8}$/),
  status: fc.integer({ min: 100, max: 599 }),
  // What is in error messages: names of objects, anything.
  body: fc.string({ unit: 'grapheme', maxLength: 60 }),
});
const parts = fc.uniqueArray(part, { selector: ({ id }) => id, maxLength: 6 });
const style = fc.record({
  quoted: fc.boolean(),
  brackets: fc.boolean(),
  preamble: fc.boolean(),
  reason: fc.constantFrom(' No Content', ' Not Found', ' ', ''),
  header: fc.constantFrom('Content-ID', 'content-id', 'CONTENT-ID'),
});

/** A batch's answer as the standard has it, with the liberties that it leaves. */
function written(
  all: readonly Part[],
  {
    quoted,
    brackets,
    preamble,
    reason,
    header,
  }: typeof style extends fc.Arbitrary<infer S> ? S : never,
): { readonly type: string; readonly body: Buffer } {
  const boundary = 'batch_=_the.boundary';
  const open = brackets ? '<' : '';
  const close = brackets ? '>' : '';
  const text = all.map(
    ({ id, status, body }) =>
      `--${boundary}\r\nContent-Type: application/http\r\n${header}: ${open}response-${id}${close}\r\n\r\n` +
      `HTTP/1.1 ${status}${reason}\r\nContent-Type: application/json\r\n\r\n${body}`,
  );
  const lead = preamble ? 'This is a batch.\r\n' : '';
  return {
    type: `multipart/mixed; boundary=${quoted ? `"${boundary}"` : boundary}`,
    body: Buffer.from(`${lead}${[...text, `--${boundary}--`].join('\r\n')}\r\n`),
  };
}

describe('the answer to a batch', () => {
  test('is taken apart as it was put together', () => {
    fc.assert(
      fc.property(parts, style, (all, how) => {
        const { type, body } = written(all, how);
        const found = [...parseBatch(type, body)].map(([id, answer]) => ({
          id,
          status: answer.status,
          body: answer.body.toString(),
        }));
        expect(found).toEqual(all);
      }),
    );
  });

  test('that is cut anywhere never says anything that it did not say', () => {
    fc.assert(
      fc.property(parts, style, fc.double({ min: 0, max: 1, noNaN: true }), (all, how, share) => {
        const { type, body } = written(all, how);
        const cut = body.subarray(0, Math.floor(body.length * share));
        for (const [id, { status, body: said }] of parseBatch(type, cut)) {
          const meant = all.find((each) => each.id === id);
          expect([meant?.status, meant?.body]).toEqual([status, said.toString()]);
        }
      }),
    );
  });

  test('that is anything at all is survived', () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array({ maxLength: 300 }), (type, body) => {
        for (const { status } of parseBatch(type, Buffer.from(body)).values()) {
          expect(status).toBeGreaterThan(0);
        }
      }),
    );
  });
});
