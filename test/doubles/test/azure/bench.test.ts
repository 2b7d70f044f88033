import type { SeenRequest } from '@dunnage/doubles/azure';
import { describe, expect, it } from 'vitest';
import { sendBatch } from './batch.ts';
import { bench } from './support.ts';
import { element, outcome } from './wire.ts';

/** What the double has beside the protocol: means to arrange things and to look into them. */
describe('the handle of a container', () => {
  it('arranges blobs and shows what is stored', async () => {
    await using desk = await bench({ versioning: true });
    const { double, wire } = desk;
    const box = double.container('box', { metadata: { owner: 'me' } });
    const put = box.put('//odd', 'hello', { contentType: 'text/x', metadata: { a: '1' } });
    box.put('//odd', 'again');
    box.stage('staged', 'YQ==', 'four');
    box.snapshot('//odd');
    expect(box.names()).toStrictEqual(['//odd']);
    expect([box.size, box.storedBytes]).toStrictEqual([1, 19]);
    expect(put).toMatchObject({ name: '//odd', type: 'BlockBlob', kept: 0, metadata: { a: '1' } });
    expect(box.object('//odd')).toMatchObject({ kept: 2, bytes: Buffer.from('again') });
    expect(box.object('staged')).toBeUndefined();
    expect((await wire.list('box', { include: 'uncommittedblobs' })).names).toStrictEqual([
      '//odd',
      'staged',
    ]);
    box.remove('//odd');
    expect([box.size, box.storedBytes]).toStrictEqual([0, 4]);
    expect(box.url).toBe(`${double.endpoint}/box`);
  });

  it('touches without a new etag', async () => {
    await using desk = await bench();
    const { double, wire } = desk;
    const box = double.container('box');
    const { etag } = box.put('a', 'x');
    box.touch('a', Date.parse('2020-02-03T04:05:06Z'));
    const head = await wire.blob('HEAD', 'box', 'a');
    expect([head.headers.get('last-modified'), head.headers.get('etag')]).toStrictEqual([
      'Mon, 03 Feb 2020 04:05:06 GMT',
      etag,
    ]);
    expect(() => box.touch('b', 0)).toThrow('no blob "b"');
  });

  it('sets leases and holds that others can not know of', async () => {
    await using desk = await bench();
    const { double, wire } = desk;
    const box = double.container('box');
    box.put('leased', 'x', { leaseId: '11111111-2222-3333-4444-555555555555' });
    box.put('held', 'x', { legalHold: true });
    box.put('kept', 'x', { immutableUntil: Date.parse('2026-04-01T00:00:00Z') });
    const remove = async (name: string): Promise<string> =>
      outcome(await wire.blob('DELETE', 'box', name));
    expect(await remove('leased')).toBe('412 LeaseIdMissing');
    expect(await remove('held')).toBe('409 BlobImmutableDueToLegalHold');
    expect(await remove('kept')).toBe('409 BlobImmutableDueToPolicy');
  });

  it('counts requests, and the parts of batches', async () => {
    const seen: SeenRequest[] = [];
    await using desk = await bench({ onRequest: (request) => seen.push(request) });
    const { double, wire } = desk;
    const box = double.container('box');
    box.put('a', 'x');
    await wire.list('box', { prefix: 'a' });
    await sendBatch(wire, [
      { container: 'box', name: 'a' },
      { container: 'box', name: 'b' },
    ]);
    expect(seen.map(({ method, query, parts }) => [method, query['comp'], parts])).toStrictEqual([
      ['GET', 'list', undefined],
      ['POST', 'batch', ['a', 'b'].map((name) => `DELETE /${double.account}/box/${name}`)],
    ]);
    expect(seen[0]?.query['prefix']).toBe('a');
  });
});

describe('listings that clients must be ready for', () => {
  it('start where they are told to, inclusive', async () => {
    await using desk = await bench();
    const { double, list } = desk;
    const box = double.container('box');
    for (const name of ['a', 'a/b', 'b', 'c']) box.put(name, 'x');
    expect(await list('box', { startFrom: 'a/b' })).toBe('a/b b c');
    expect(await list('box', { startFrom: 'aa' })).toBe('b c');
    expect(await list('box', { startFrom: 'b', prefix: 'a' })).toBe('');
    expect(await list('box', { startFrom: 'b', maxresults: '1' })).toBe('b');
  });

  it('come short, or empty with a marker, and are whole in the end', async () => {
    await using desk = await bench({ sparsePages: true });
    const { double, wire } = desk;
    const box = double.container('box');
    const names = Array.from({ length: 25 }, (_, index) => `n${String(index).padStart(2, '0')}`);
    for (const name of names) box.put(name, 'x');
    const found: string[] = [];
    const sizes = new Set<number>();
    const markers: string[] = [];
    do {
      const page = await wire.list('box', { maxresults: '8', marker: markers.at(-1) ?? '' });
      found.push(...page.names);
      sizes.add(page.names.length);
      markers.push(page.next);
    } while (markers.at(-1) !== '');
    expect(found).toStrictEqual(names);
    expect([...sizes].sort((a, b) => a - b)).toStrictEqual([0, 1, 4]);
    expect(new Set(markers).size).toBe(markers.length);
  });

  it('hold thousands of blobs a page, in the order of UTF-8', async () => {
    await using desk = await bench();
    const { double, wire } = desk;
    const box = double.container('box');
    for (let index = 0; index < 12_000; index++) box.put(`n/${index}`, '');
    box.put('\u{ff5e}', '');
    box.put('\u{1f600}', '');
    const first = await wire.list('box', { maxresults: '100000' });
    expect([first.names.length, element(first.answer.text, 'MaxResults')]).toStrictEqual([
      5000,
      '100000',
    ]);
    const second = await wire.list('box', { marker: first.next });
    const third = await wire.list('box', { marker: second.next });
    expect(third.names.slice(-2)).toStrictEqual(['\u{ff5e}', '\u{1f600}']);
    expect(first.names.length + second.names.length + third.names.length).toBe(12_002);
  });
});
