import type { IncomingMessage } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { type Exchange, ExchangeOver } from './exchange.ts';
import type { Answer, Cut, CutEnd, Fault, Rewrite, Rewritten } from './faults.ts';

/** Carries out `exchange`, with the fault that strikes it. */
export async function carryOut(exchange: Exchange, fault: Fault | undefined): Promise<void> {
  switch (fault?.kind) {
    case undefined:
      await pass(exchange, await exchange.ask());
      return;
    case 'answer':
      await answerInstead(exchange, fault.answer);
      return;
    case 'reset':
      if (fault.store === 'done') await forget(exchange);
      exchange.breakOff('reset');
      return;
    case 'hang':
      // A client that waits for a word before it sends its body waits for that one.
      if (fault.store === 'done') await forget(exchange);
      else exchange.skipBody();
      return;
    case 'delay':
      await waitFor(exchange, fault.ms);
      await carryOut(exchange, fault.next);
      return;
    case 'cut':
      await cut(exchange, fault.at, fault.end);
      return;
    case 'rewrite':
      await change(exchange, fault.rewrite);
      return;
    case 'spoil-upload':
      await pass(exchange, await exchange.ask(flippingOneBit()));
      return;
  }
}

async function pass(exchange: Exchange, answer: IncomingMessage): Promise<void> {
  exchange.begin(answer);
  await exchange.send(answer);
  exchange.end();
}

async function answerInstead(
  exchange: Exchange,
  given: Extract<Fault, { kind: 'answer' }>['answer'],
): Promise<void> {
  if (typeof given === 'function') {
    show(exchange, given(exchange.request, await exchange.readBody()));
    return;
  }
  // Who waits for a word gets its answer at once, and keeps its body.
  if (!exchange.expectsContinue) await exchange.readBody();
  show(exchange, given);
}

function show(exchange: Exchange, { status, headers = {}, body = '' }: Answer): void {
  const { answer } = exchange;
  const bytes = Buffer.from(body as Uint8Array);
  answer.statusCode = status;
  for (const [name, value] of Object.entries(headers)) answer.setHeader(name, value);
  if (status !== 204 && status !== 304) answer.setHeader('content-length', bytes.length);
  exchange.end(bytes);
}

/** Lets the store do what is asked of it, and drops its answer. */
async function forget(exchange: Exchange): Promise<void> {
  await whole(exchange, await exchange.ask());
}

async function whole(exchange: Exchange, answer: IncomingMessage): Promise<Buffer> {
  try {
    return await buffer(answer);
  } catch {
    throw exchange.lose();
  }
}

async function waitFor({ signal }: Exchange, ms: number): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw new ExchangeOver();
  }
}

async function cut(exchange: Exchange, at: Cut, end: CutEnd): Promise<void> {
  const answer = await exchange.ask();
  const [length, body] = await measured(exchange, answer, at);
  exchange.begin(answer, (to) => {
    if (end === 'well-formed') to.removeHeader('content-length');
  });
  await exchange.send(firstOf(body, length));
  if (end === 'well-formed') exchange.end();
  else if (end === 'stall') answer.destroy();
  else exchange.breakOff(end);
}

/** How much of the answer's body is to pass, and that body. */
async function measured(
  exchange: Exchange,
  answer: IncomingMessage,
  at: Cut,
): Promise<[number, Readable | Buffer[]]> {
  if ('bytes' in at) return [at.bytes, answer];
  const told = answer.headers['content-length'];
  if (told !== undefined) return [Math.floor(Number(told) * at.share), answer];
  const body = await whole(exchange, answer);
  return [Math.floor(body.length * at.share), [body]];
}

async function* firstOf(body: Readable | Buffer[], length: number): AsyncGenerator<Buffer> {
  let left = length;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (left < chunk.length) {
      if (left > 0) yield chunk.subarray(0, left);
      return;
    }
    left -= chunk.length;
    yield chunk;
  }
}

async function change(exchange: Exchange, rewrite: Rewrite): Promise<void> {
  const sent: Buffer[] = [];
  const answer = await exchange.ask(copyingInto(sent));
  const coded = await whole(exchange, answer);
  const body = decoded(coded, answer.headers['content-encoding']);
  const { statusCode: status = 502, headers } = answer;
  const { request } = exchange;
  const result = rewrite({ request, requestBody: Buffer.concat(sent), status, headers, body });
  const isBody = typeof result === 'string' || result instanceof Uint8Array;
  apply(exchange, answer, isBody ? { body: result } : result, body, coded);
}

function apply(
  exchange: Exchange,
  answer: IncomingMessage,
  { status, headers = {}, body }: Rewritten,
  before: Buffer,
  coded: Buffer,
): void {
  const changed = body !== undefined && body !== before;
  const bytes = changed ? Buffer.from(body as Uint8Array) : coded;
  exchange.begin(answer, (to) => {
    if (changed) {
      to.removeHeader('content-encoding');
      to.setHeader('content-length', bytes.length);
    }
    for (const [name, value] of Object.entries(headers)) {
      if (value === undefined) to.removeHeader(name);
      else to.setHeader(name, value);
    }
    if (status !== undefined) {
      to.statusCode = status;
      to.statusMessage = '';
    }
  });
  exchange.end(bytes);
}

function decoded(body: Buffer, coding: string | undefined): Buffer {
  if (body.length === 0) return body;
  switch (coding) {
    case 'gzip':
      return gunzipSync(body);
    case 'deflate':
      return inflateSync(body);
    case 'br':
      return brotliDecompressSync(body);
    default:
      return body;
  }
}

function copyingInto(chunks: Buffer[]): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done(undefined, chunk);
    },
  });
}

function flippingOneBit(): Transform {
  let flipped = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const copy = Buffer.from(chunk);
      if (!flipped && copy.length > 0) {
        copy[0] = (copy[0] ?? 0) ^ 1;
        flipped = true;
      }
      done(undefined, copy);
    },
  });
}
