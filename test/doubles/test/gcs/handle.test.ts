import { startGcsDouble } from '@dunnage/doubles/gcs';
import type { GcsDouble, GcsRequest } from '@dunnage/doubles/gcs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Wire, objectIn, objectPath, outcome } from './wire.ts';

/** What tests arrange and see without HTTP. */
describe('the handle of the double', () => {
  let requests: GcsRequest[];
  let double: GcsDouble;
  let wire: Wire;

  beforeEach(async () => {
    requests = [];
    double = await startGcsDouble({
      clock: () => Date.UTC(2026, 0, 2),
      onRequest: (request) => requests.push(request),
    });
    wire = new Wire({ url: double.url });
  });
  afterEach(async () => {
    await double.close();
  });

  it('puts objects that HTTP sees', async () => {
    const container = double.container('plain');
    container.put('//odd', 'bytes', { metadata: { k: 'v' }, contentType: 'x/y' });
    const object = objectIn(await wire.get('plain', '//odd'));
    expect(object).toMatchObject({ contentType: 'x/y', metadata: { k: 'v' }, size: '5' });
    expect(object.timeCreated).toBe('2026-01-02T00:00:00.000Z');
    expect((await wire.media('plain', '//odd')).text).toBe('bytes');
  });

  it('sees objects that HTTP wrote', async () => {
    const container = double.container('plain');
    const { generation } = await wire.putObject('plain', 'b', 'bytes');
    await wire.putObject('plain', 'a', '');
    expect(container.names()).toEqual(['a', 'b']);
    expect(container.size).toBe(2);
    expect(container.object('b')?.generation).toBe(generation);
    expect(container.object('b')?.data.toString()).toBe('bytes');
    expect(container.object('no')).toBeUndefined();
  });

  it('sets the time of an object and nothing else', async () => {
    const container = double.container('plain');
    container.put('a', 'x');
    const before = objectIn(await wire.get('plain', 'a'));
    container.touch('a', Date.UTC(2020, 1, 3));
    const { timeCreated, updated, ...after } = objectIn(await wire.get('plain', 'a'));
    expect([timeCreated, updated]).toEqual([
      '2020-02-03T00:00:00.000Z',
      '2020-02-03T00:00:00.000Z',
    ]);
    expect([after.etag, after.generation]).toEqual([before.etag, before.generation]);
    expect(() => container.touch('no', 0)).toThrow('No such object: plain/no');
  });

  it('shows generations that are kept', () => {
    const container = double.container('kept', { versioning: true });
    const generations = [container.put('a', '1'), container.put('a', '2')];
    expect(container.generations('a').map(({ generation }) => generation)).toEqual(generations);
    expect(container.size).toBe(1);
    expect(BigInt(generations[1] ?? 0) > BigInt(generations[0] ?? 0)).toBe(true);
  });

  it('counts requests, a batch as one', async () => {
    double.container('plain').put('a', 'x');
    await wire.list('plain', { prefix: 'a' });
    const call = `GET ${objectPath('plain', 'a')}`;
    const part = `--b\r\nContent-Type: application/http\r\n\r\n${call}\r\n\r\n`;
    await wire.send('POST', '/batch/storage/v1', {
      headers: { 'content-type': 'multipart/mixed; boundary=b' },
      body: `${part}${part}--b--`,
    });
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /storage/v1/b/plain/o',
      'POST /batch/storage/v1',
    ]);
    expect(requests[0]?.query.get('prefix')).toBe('a');
  });

  it('keeps buckets apart, and makes them plain', async () => {
    double.container('one').put('a', 'x');
    const two = double.container('two');
    expect(two.names()).toEqual([]);
    await wire.delete('one', 'a');
    expect(await wire.names('one', { softDeleted: 'true' })).toEqual([]);
    two.set({ softDeleteSeconds: 604_800 });
    two.put('a', 'x');
    await wire.delete('two', 'a');
    expect(await wire.names('two', { softDeleted: 'true' })).toEqual(['a']);
  });

  it('answers every request with an id and a date', async () => {
    double.container('plain');
    const answers = [
      await wire.put('plain', 'a'),
      await wire.get('plain', 'a'),
      await wire.delete('plain', 'a'),
      await wire.get('plain', 'a'),
    ];
    for (const { headers } of answers) {
      expect(headers.get('x-guploader-uploadid')).toMatch(/./);
      expect(Date.parse(headers.get('date') ?? '')).not.toBeNaN();
    }
    const ids = answers.map(({ headers }) => headers.get('x-guploader-uploadid'));
    expect(new Set(ids).size).toBe(answers.length);
  });

  it('says what it does not cover', async () => {
    double.container('plain').put('a', 'x');
    expect(outcome(await wire.send('GET', '/plain/a'))).toBe('501');
    expect(outcome(await wire.send('PUT', '/plain/a', { body: 'x' }))).toBe('501');
    const list = (query: Readonly<Record<string, string>>): Promise<string> =>
      wire.send('GET', '/storage/v1/b/plain/o', { query }).then(outcome);
    expect(await list({ matchGlob: '**' })).toBe('501 notImplemented');
    expect(await list({ delimiter: '/', includeFoldersAsPrefixes: 'True' })).toBe('ok');
  });
});
