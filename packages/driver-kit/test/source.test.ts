import { createHash } from 'node:crypto';
import { parseKey } from '@dunnage/driver-api';
import type { PutOptions, Source } from '@dunnage/driver-api';
import { partsOf } from '@dunnage/driver-kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { all, failure, session } from './support.ts';

const key = parseKey('a/b');

async function parts(source: Source, put: PutOptions = {}, size = 4) {
  using operation = session().begin('put');
  return await all(partsOf(operation, { driver: 'toy', key, source, put, partSize: () => size }));
}

async function* chunked(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(64);
  let at = 0;
  for (const size of [...sizes, bytes.byteLength]) {
    const chunk = bytes.subarray(at, (at += size));
    // The same buffer again and again, as a careful source does.
    buffer.set(chunk);
    yield buffer.subarray(0, chunk.byteLength);
    buffer.fill(0xff);
  }
}

test('parts are the source, cut to size, with one last part', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 40 }),
      fc.array(fc.nat(9), { maxLength: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      async (bytes, sizes, size, whole) => {
        const found = await parts(
          whole ? bytes : chunked(bytes, sizes),
          { size: bytes.byteLength },
          size,
        );
        expect(Buffer.concat(found.map((part) => part.bytes))).toEqual(Buffer.from(bytes));
        expect(found.map((part) => part.last)).toEqual(
          found.map((_, index) => index === found.length - 1),
        );
        expect(found.map((part) => part.offset)).toEqual(found.map((_, index) => index * size));
        const lengths = found.map((part) => part.bytes.byteLength);
        expect(lengths.slice(0, -1).every((length) => length === size)).toBe(true);
        expect(found).toHaveLength(Math.max(1, Math.ceil(bytes.byteLength / size)));
      },
    ),
  );
});

describe('a broken promise is found before the last part', () => {
  const bytes = Buffer.from('0123456789');
  const md5 = createHash('md5').update(bytes).digest('hex');
  test.each<[string, PutOptions, RegExp]>([
    ['too short', { size: 11 }, /10 bytes where 11/],
    ['too long', { size: 9 }, /more than the 9 bytes/],
    ['another hash', { checksum: { algorithm: 'md5', value: md5.replace(/./, 'x') } }, /md5 is/],
  ])('%s', async (_, put, message) => {
    const seen: boolean[] = [];
    using operation = session().begin('put');
    const error = await failure(async () => {
      const options = {
        driver: 'toy',
        key,
        source: chunked(bytes, [3, 3]),
        put,
        partSize: () => 4,
      };
      for await (const part of partsOf(operation, options)) seen.push(part.last);
    });
    expect(error).toMatchObject({ code: 'CORRUPT', op: 'put', applied: 'no' });
    expect((error as Error).message).toMatch(message);
    expect(seen).not.toContain(true);
  });

  test('a kept promise is kept', async () => {
    const put = { size: 10, checksum: { algorithm: 'md5', value: md5 } } as const;
    expect(await parts(chunked(bytes, [1]), put)).toHaveLength(3);
  });
});

test("a source's own error is the cause, and never looks like one of the store's", async () => {
  const gone = Object.assign(new Error('no such file'), { code: 'ENOENT' });
  const source = (async function* () {
    yield Buffer.from('x');
    throw gone;
  })();
  expect(await failure(() => parts(source))).toMatchObject({ code: 'INTERNAL', cause: gone });
});

test('a source gives bytes only', async () => {
  const source = (async function* () {
    yield 'text';
  })() as unknown as Source;
  expect(await failure(() => parts(source))).toMatchObject({ code: 'INVALID_ARGUMENT' });
});
