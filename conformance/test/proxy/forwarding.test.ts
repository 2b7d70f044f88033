import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { buffer, text } from 'node:stream/consumers';
import { startFaultProxy } from '@dunnage/conformance/proxy';
import { expect, test } from 'vitest';
import { answerTo, ask, startStore } from './store.ts';

const MEBIBYTE = 1024 * 1024;

test('requests and answers pass unchanged, the host among them', async () => {
  const seen: { message: IncomingMessage; body: string }[] = [];
  await using store = await startStore(async (from, to) => {
    seen.push({ message: from, body: await text(from) });
    to.sendDate = false;
    to.writeHead(201, 'As You Wish', ['ETag', '"x"', 'Set-Cookie', 'a', 'Set-Cookie', 'b']);
    to.end('done');
  });
  await using proxy = await startFaultProxy({ target: store.url });
  const got = await ask(
    `${proxy.url}/bucket/a%2Fb//c?x=%20&y`,
    { method: 'PUT', headers: { host: 'signed.example', 'X-Amz-Meta-A': ['1', '2'] } },
    'content',
  );
  expect(seen[0]?.body).toBe('content');
  expect(seen[0]?.message.url).toBe('/bucket/a%2Fb//c?x=%20&y');
  expect(seen[0]?.message.headers).toMatchObject({
    ...{ host: 'signed.example', 'x-amz-meta-a': '1, 2', 'content-length': '7' },
  });
  expect(seen[0]?.message.headers).not.toHaveProperty('transfer-encoding');
  expect(got).toMatchObject({ status: 201, body: 'done' });
  expect(got.headers).toMatchObject({ etag: '"x"', 'set-cookie': ['a', 'b'] });
  expect(got.headers).not.toHaveProperty('date');
});

test('what is meant for the next hop stays there', async () => {
  let headers: IncomingMessage['headers'] = {};
  await using store = await startStore((from, to) => {
    headers = from.headers;
    to.writeHead(200, { connection: 'close, X-Hop', 'x-hop': '1', 'x-end': '1' });
    to.end('body');
  });
  await using proxy = await startFaultProxy({ target: store.url });
  const sent = { connection: 'keep-alive, x-mine', 'x-mine': '1', te: 'trailers', 'x-far': '1' };
  const got = await ask(proxy.url, { headers: sent });
  expect(headers).toHaveProperty('x-far');
  expect(headers).not.toHaveProperty('x-mine');
  expect(headers).not.toHaveProperty('te');
  expect(got.headers).toHaveProperty('x-end');
  expect(got.headers).not.toHaveProperty('x-hop');
  expect(got.headers.connection).toBe('close');
});

test('a body has the framing that its sender gave it, and none where it gave none', async () => {
  const framings: unknown[] = [];
  await using store = await startStore(async (from, to) => {
    const { 'content-length': length, 'transfer-encoding': coding } = from.headers;
    framings.push([from.method, length, coding, await text(from)]);
    to.end();
  });
  await using proxy = await startFaultProxy({ target: store.url });
  await ask(proxy.url, { method: 'PUT', headers: { 'content-length': 3 } }, 'abc');
  await ask(proxy.url, { method: 'DELETE', headers: { 'transfer-encoding': 'chunked' } }, 'abc');
  const bare = request(proxy.url, { method: 'POST' });
  bare.removeHeader('transfer-encoding');
  // Else it is found that the length is 0.
  bare.flushHeaders();
  bare.end();
  await answerTo(bare);
  expect(framings).toEqual([
    ['PUT', '3', undefined, 'abc'],
    ['DELETE', undefined, 'chunked', 'abc'],
    ['POST', undefined, undefined, ''],
  ]);
});

test('answers to HEAD keep their length', async () => {
  await using store = await startStore((_, to) =>
    to.writeHead(200, { 'content-length': 12 }).end(),
  );
  await using proxy = await startFaultProxy({ target: store.url });
  const got = await ask(proxy.url, { method: 'HEAD' });
  expect(got.headers['content-length']).toBe('12');
  expect(proxy.requests[0]).toMatchObject({ bytesOut: 0, ending: 'answered' });
});

test('a client that waits for a word before it sends its body gets the word of the store', async () => {
  await using store = await startStore(async (from, to) => to.end(await text(from)));
  store.server.on('checkContinue', (from: IncomingMessage, to) => {
    if (from.url === '/refused') to.writeHead(412).end('no');
    else {
      to.writeContinue();
      store.server.emit('request', from, to);
    }
  });
  await using proxy = await startFaultProxy({ target: store.url });
  const headers = { expect: '100-continue', 'content-length': 4 };

  const welcome = request(proxy.url, { method: 'PUT', headers });
  welcome.on('continue', () => welcome.end('body'));
  expect(await answerTo(welcome)).toMatchObject({ status: 200, body: 'body' });

  const refused = request(`${proxy.url}/refused`, { method: 'PUT', headers });
  refused.on('continue', () => refused.end('body'));
  refused.flushHeaders();
  expect(await answerTo(refused)).toMatchObject({ status: 412, body: 'no' });
  refused.destroy();
});

test('connections are kept, and end when the store ends them', async () => {
  const ports = new Set<number | undefined>();
  await using store = await startStore((from, to) => {
    ports.add(from.socket.remotePort);
    to.end();
  });
  await using proxy = await startFaultProxy({ target: store.url });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const asked = request(proxy.url, { agent });
  asked.end();
  await answerTo(asked);
  await ask(proxy.url, { agent });
  expect(ports.size).toBe(1);
  const { socket } = asked;
  store.server.closeAllConnections();
  if (socket?.destroyed === false) await once(socket, 'close');
  await ask(proxy.url, { agent });
  expect(ports.size).toBe(2);
  agent.destroy();
});

test('a client that leaves takes its request along', async () => {
  const left = Promise.withResolvers<void>();
  await using store = await startStore((from) => void from.socket.once('close', left.resolve));
  await using proxy = await startFaultProxy({ target: store.url });
  const asked = request(proxy.url);
  const failed = once(asked, 'response').catch((error: unknown) => error);
  asked.end();
  await once(store.server, 'request');
  asked.destroy();
  await left.promise;
  await failed;
  await expect.poll(() => proxy.requests[0]?.ending).toBe('aborted');
});

test('a store that leaves takes the connection along, also in the middle of a body', async () => {
  await using store = await startStore((from, to) => {
    if (from.url === '/at-once') {
      from.socket.resetAndDestroy();
      return;
    }
    to.writeHead(200, { 'content-length': 100 });
    to.write('some', () => from.socket.destroy());
  });
  await using proxy = await startFaultProxy({ target: store.url });
  await expect(ask(`${proxy.url}/at-once`)).rejects.toMatchObject({ code: 'ECONNRESET' });
  await expect(ask(`${proxy.url}/midway`)).rejects.toThrow('aborted');
  expect(proxy.requests.map(({ ending, status }) => [ending, status])).toEqual([
    ['lost', undefined],
    ['lost', 200],
  ]);
});

test('an upload that the store does not read to its end ends with the answer of the store', async () => {
  await using store = await startStore((from, to) => {
    from.once('data', () => {
      from.pause();
      to.writeHead(413).end('too much');
    });
  });
  await using proxy = await startFaultProxy({ target: store.url });
  const length = 64 * MEBIBYTE;
  const asked = request(proxy.url, { method: 'PUT', headers: { 'content-length': length } });
  const answered = answerTo(asked);
  const sent = pipeline(Readable.from(Array<Buffer>(64).fill(Buffer.alloc(MEBIBYTE))), asked);
  const settled = sent.then(
    () => true,
    () => true,
  );
  expect(await answered).toMatchObject({ status: 413, body: 'too much' });
  store.server.closeAllConnections();
  // Sent to the end or not, but nobody waits for anybody.
  expect(await settled).toBe(true);
});

test('large bodies pass both ways in little memory, at the speed of the slower side', async () => {
  const length = 100 * MEBIBYTE;
  const chunk = randomBytes(MEBIBYTE);
  const hash = createHash('sha256');
  for (let sent = 0; sent < length; sent += chunk.length) hash.update(chunk);
  const digest = hash.digest('hex');
  const content = (): Readable => Readable.from(Array<Buffer>(100).fill(chunk));
  await using store = await startStore(async (from, to) => {
    if (from.method === 'GET') {
      to.writeHead(200, { 'content-length': length });
      await pipeline(content(), to);
      return;
    }
    const received = createHash('sha256');
    await pipeline(from, received);
    to.end(received.digest('hex'));
  });
  await using proxy = await startFaultProxy({ target: store.url });

  const put = request(proxy.url, { method: 'PUT', headers: { 'content-length': length } });
  const putAnswer = answerTo(put);
  await pipeline(content(), put);
  expect((await putAnswer).body).toBe(digest);

  const get = request(proxy.url);
  get.end();
  const [answer] = (await once(get, 'response')) as [IncomingMessage];
  // Nobody reads yet: the proxy is to stop, not to gather.
  const halted = await standstill(() => proxy.requests[1]?.bytesOut ?? 0);
  expect(halted).toBeLessThan(length / 4);
  const received = createHash('sha256');
  await pipeline(answer, received);
  expect(received.digest('hex')).toBe(digest);
  expect(proxy.requests).toMatchObject([
    { bytesIn: length, ending: 'answered' },
    { bytesOut: length, ending: 'answered' },
  ]);
});

/** What `value` comes to when it no longer changes. */
async function standstill(value: () => number): Promise<number> {
  let before = -1;
  await expect
    .poll(
      () => {
        const still = value() > 0 && value() === before;
        before = value();
        return still;
      },
      { interval: 100, timeout: 20_000 },
    )
    .toBe(true);
  return before;
}

test('what is no text passes too', async () => {
  const bytes = randomBytes(70_000);
  await using store = await startStore((_from, to) => to.end(bytes));
  await using proxy = await startFaultProxy({ target: store.url });
  const asked = request(proxy.url);
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  expect((await buffer(answer)).equals(bytes)).toBe(true);
});

test('a target that is not plain HTTP is refused', async () => {
  await expect(startFaultProxy({ target: 'https://store.example' })).rejects.toThrow(TypeError);
});

test('the address keeps the path of its target', async () => {
  await using proxy = await startFaultProxy({ target: 'http://127.0.0.1:1/devstoreaccount1/' });
  expect(proxy.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/devstoreaccount1$/);
});
