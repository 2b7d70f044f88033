import { gzipSync } from 'node:zlib';
import { request } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import {
  answer,
  delay,
  emptyBody,
  type Fault,
  type FaultProxy,
  flipBit,
  hang,
  loseAnswer,
  reset,
  rewrite,
  spoilUpload,
  startFaultProxy,
  truncate,
} from '@dunnage/conformance/proxy';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask, startStore, type TestStore } from './store.ts';

let store: TestStore;
let proxy: FaultProxy;
/** The bodies that the store was sent. */
let received: string[];

beforeEach(async () => {
  received = [];
  store = await startStore(async (from, to) => {
    received.push(await text(from));
    switch (from.url) {
      case '/chunked':
        to.write('0123');
        to.end('456789');
        return;
      case '/coded':
        to.setHeader('content-encoding', 'gzip');
        to.end(gzipSync('0123456789'));
        return;
      default:
        to.end('0123456789');
    }
  });
  proxy = await startFaultProxy({ target: store.url });
});

afterEach(async () => {
  await proxy.close();
  await store[Symbol.asyncDispose]();
});

function strikes(fault: Fault): void {
  proxy.inject({ fault });
}

test('an answer in the place of the store, which sees nothing', async () => {
  strikes(answer({ status: 503, headers: { 'retry-after': '1' }, body: 'later' }));
  const got = await ask(proxy.url, { method: 'PUT' }, 'content');
  expect(got).toMatchObject({ status: 503, body: 'later' });
  expect(got.headers).toMatchObject({ 'retry-after': '1', 'content-length': '5' });
  expect(received).toEqual([]);
  expect(proxy.requests).toMatchObject([
    { fault: 'answer 503', status: 503, bytesIn: 7, bytesOut: 5, forwarded: false },
  ]);
});

test('an answer that follows from the request', async () => {
  strikes(answer(({ path }, body) => ({ status: 200, body: `${path}: ${body.toString()}` })));
  expect((await ask(`${proxy.url}/a%20b`, { method: 'POST' }, 'x')).body).toBe('/a b: x');
});

test('an answer comes at once to who waits for a word before it sends a body', async () => {
  strikes(answer({ status: 503 }));
  const headers = { expect: '100-continue', 'content-length': 4 };
  const asked = request(proxy.url, { method: 'PUT', headers });
  asked.flushHeaders();
  const [got] = (await once(asked, 'response')) as [{ statusCode: number }];
  expect(got.statusCode).toBe(503);
  asked.destroy();
});

test('answers to HEAD have a length and no body', async () => {
  strikes(answer({ status: 403, body: 'denied' }));
  const got = await ask(proxy.url, { method: 'HEAD' });
  expect(got).toMatchObject({ status: 403, body: '' });
  expect(proxy.requests[0]?.bytesOut).toBe(0);
});

test('a reset before the store sees the request', async () => {
  strikes(reset());
  const failure = ask(proxy.url, { method: 'PUT' }, 'content');
  await expect(failure).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(received).toEqual([]);
  expect(proxy.requests).toMatchObject([{ fault: 'reset', ending: 'reset', forwarded: false }]);
});

test('a lost answer: the store has done it', async () => {
  strikes(loseAnswer());
  const failure = ask(proxy.url, { method: 'PUT' }, 'content');
  await expect(failure).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(received).toEqual(['content']);
  expect(proxy.requests).toMatchObject([{ ending: 'reset', forwarded: true }]);
});

test.each([
  ['untouched', []],
  ['done', ['content']],
] as const)('a request that hangs, the store %s', async (how, seen) => {
  strikes(hang(how));
  const asked = request(proxy.url, { method: 'PUT' });
  const answered = once(asked, 'response');
  asked.end('content');
  await expect.poll(() => proxy.requests[0]?.bytesIn).toBe(7);
  await expect.poll(() => received).toEqual(seen);
  expect(proxy.requests[0]?.ending).toBe('open');
  asked.destroy(new Error('enough'));
  await expect(answered).rejects.toThrow('enough');
  await expect.poll(() => proxy.requests[0]?.ending).toBe('aborted');
});

test('a delay, and then another fault', async () => {
  strikes(delay(50, answer({ status: 500 })));
  const start = performance.now();
  expect((await ask(proxy.url)).status).toBe(500);
  // Timers may be early by less than a millisecond, never by more.
  expect(performance.now() - start).toBeGreaterThan(49);
});

test('a delay ends when the client leaves', async () => {
  strikes(delay(3_600_000));
  const asked = request(proxy.url);
  const answered = once(asked, 'response');
  asked.end();
  await expect.poll(() => proxy.requests).toHaveLength(1);
  asked.destroy(new Error('enough'));
  await expect(answered).rejects.toThrow('enough');
  await expect.poll(() => proxy.requests[0]?.ending).toBe('aborted');
  expect(received).toEqual([]);
});

describe('a body that is cut', () => {
  test.each([
    ['/', 'close'],
    ['/', 'reset'],
    ['/chunked', 'close'],
  ] as const)('%s by %s breaks off', async (path, end) => {
    strikes(truncate({ share: 0.5 }, end));
    await expect(ask(proxy.url + path)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(proxy.requests[0]).toMatchObject({
      ...{ bytesOut: 5, status: 200, ending: end === 'close' ? 'cut' : 'reset' },
    });
  });

  test.each(['/', '/chunked'])('%s as if that were all looks whole', async (path) => {
    strikes(truncate({ bytes: 3 }, 'well-formed'));
    const got = await ask(proxy.url + path);
    expect(got.body).toBe('012');
    expect(got.headers).not.toHaveProperty('content-length');
  });

  test('by a stall leaves the client waiting', async () => {
    strikes(truncate({ bytes: 3 }, 'stall'));
    const asked = request(proxy.url);
    asked.end();
    const [got] = (await once(asked, 'response')) as [AsyncIterable<Buffer>];
    const chunks: string[] = [];
    const reading = (async () => {
      for await (const chunk of got) chunks.push(chunk.toString());
    })();
    await expect.poll(() => chunks.join('')).toBe('012');
    expect(proxy.requests[0]?.ending).toBe('open');
    asked.destroy();
    await expect(reading).rejects.toThrow('aborted');
  });

  test('behind its end is whole', async () => {
    strikes(truncate({ bytes: 1000 }, 'well-formed'));
    expect((await ask(proxy.url)).body).toBe('0123456789');
  });
});

describe('an answer that is changed', () => {
  test.each(['/', '/chunked', '/coded'])('%s has the right length', async (path) => {
    strikes(rewrite(({ body }) => `<${body.toString()}>`));
    const got = await ask(proxy.url + path);
    expect(got.body).toBe('<0123456789>');
    expect(got.headers['content-length']).toBe('12');
    expect(got.headers).not.toHaveProperty('content-encoding');
  });

  test('may depend on what was asked, and change status and headers only', async () => {
    strikes(
      rewrite(({ request: { method }, requestBody, status, headers }) => ({
        status: 299,
        headers: {
          ...{ 'x-asked': `${method} ${requestBody.toString()} ${status}`, date: undefined },
          'x-date': headers.date,
        },
      })),
    );
    const got = await ask(proxy.url, { method: 'POST' }, 'please');
    expect(got).toMatchObject({ status: 299, body: '0123456789' });
    expect(got.headers['x-asked']).toBe('POST please 200');
    expect(got.headers).toHaveProperty('x-date');
    expect(got.headers).not.toHaveProperty('date');
  });

  test('can lose its body', async () => {
    strikes(emptyBody());
    expect(await ask(proxy.url)).toMatchObject({ status: 200, body: '' });
  });

  test('can have a bit flipped', async () => {
    strikes(flipBit(0.5));
    expect((await ask(proxy.url)).body).toBe('0123446789');
    proxy.clear();
    strikes(flipBit(1));
    expect((await ask(proxy.url)).body).toBe('0123456788');
  });

  test('by a function that throws is a mistake, which `close` tells', async () => {
    strikes(
      rewrite(() => {
        throw new Error('a bug in the test');
      }),
    );
    await expect(ask(proxy.url)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(proxy.close()).rejects.toThrow(AggregateError);
  });
});

test('an upload with a bit flipped', async () => {
  strikes(spoilUpload());
  await ask(proxy.url, { method: 'PUT' }, '0123');
  expect(received).toEqual(['1123']);
});

test('without a body, no upload is spoilt', async () => {
  strikes(spoilUpload());
  expect((await ask(proxy.url)).status).toBe(200);
});
