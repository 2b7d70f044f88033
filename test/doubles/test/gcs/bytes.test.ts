import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { startGcsDouble } from '@dunnage/doubles/gcs';
import type { GcsContainer, GcsDouble } from '@dunnage/doubles/gcs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Wire, objectPath, outcome } from './wire.ts';

const MEBIBYTE = 1024 * 1024;

describe('bytes', () => {
  let double: GcsDouble;
  let container: GcsContainer;
  let wire: Wire;

  beforeEach(async () => {
    double = await startGcsDouble({ rewriteBytesPerCall: 2 * MEBIBYTE });
    container = double.container('plain');
    wire = new Wire({ url: double.url });
  });
  afterEach(async () => {
    await double.close();
  });

  it('packed ones are unpacked for who does not take them', async () => {
    const packed = gzipSync('hello');
    container.put('a', packed, { contentEncoding: 'gzip' });
    const plain = await fetchMedia('identity', { range: 'bytes=0-1' });
    const asStored = await fetchMedia('gzip');
    expect([plain.status, plain.body.toString()]).toEqual([200, 'hello']);
    expect([asStored.status, asStored.body.equals(packed)]).toEqual([200, true]);
    expect(asStored.headers['content-encoding']).toBe('gzip');
    expect(asStored.headers['x-goog-stored-content-encoding']).toBe('gzip');
  });

  it('large ones are rewritten call by call', async () => {
    container.put('a', Buffer.alloc(5 * MEBIBYTE, 7));
    const first = await rewrite({ maxBytesRewrittenPerCall: `${MEBIBYTE}` });
    expect(first).toMatchObject({ done: false, totalBytesRewritten: `${MEBIBYTE}` });
    const second = await rewrite({ rewriteToken: first.rewriteToken ?? '' });
    expect(second).toMatchObject({ done: false, totalBytesRewritten: `${3 * MEBIBYTE}` });
    expect(container.names()).toEqual(['a']);
    const last = await rewrite({ rewriteToken: second.rewriteToken ?? '' });
    expect(last).toMatchObject({ done: true, objectSize: `${5 * MEBIBYTE}` });
    expect(container.object('b')?.data.equals(Buffer.alloc(5 * MEBIBYTE, 7))).toBe(true);
  });

  it('a rewrite does not go on with another source, nor in parts of a mebibyte', async () => {
    container.put('a', Buffer.alloc(5 * MEBIBYTE, 7));
    const { rewriteToken = '' } = await rewrite({});
    container.put('a', Buffer.alloc(5 * MEBIBYTE, 8));
    const path = `${objectPath('plain', 'a')}/rewriteTo/b/plain/o/b`;
    const stale = await wire.send('POST', path, { query: { rewriteToken } });
    const odd = await wire.send('POST', path, { query: { maxBytesRewrittenPerCall: '1000' } });
    expect(outcome(stale)).toBe('410 gone');
    expect(outcome(odd)).toBe('400 invalid');
    expect(container.names()).toEqual(['a']);
  });

  it('too many for a copy', async () => {
    container.put('a', Buffer.alloc(5 * MEBIBYTE));
    const path = `${objectPath('plain', 'a')}/copyTo/b/plain/o/b`;
    expect(outcome(await wire.send('POST', path))).toBe('413 uploadTooLarge');
  });

  it('of an upload that breaks off, nothing is kept', async () => {
    const path = '/upload/storage/v1/b/plain/o?uploadType=media&name=a';
    const headers = { 'content-length': 100 };
    const broken = request(double.url + path, { method: 'POST', headers });
    broken.write('x', () => broken.destroy());
    await expect(once(broken, 'response')).rejects.toThrow('socket hang up');
    expect(await wire.names('plain')).toEqual([]);
  });

  interface RewriteJson {
    readonly done: boolean;
    readonly rewriteToken?: string;
  }

  async function rewrite(query: Readonly<Record<string, string>>): Promise<RewriteJson> {
    const path = `${objectPath('plain', 'a')}/rewriteTo/b/plain/o/b`;
    return JSON.parse((await wire.send('POST', path, { query })).text) as RewriteJson;
  }

  /** `fetch` unpacks by itself. */
  async function fetchMedia(
    encoding: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> {
    const asked = request(`${double.url}${objectPath('plain', 'a')}?alt=media`, {
      headers: { 'accept-encoding': encoding, ...headers },
    });
    asked.end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) };
  }
});
