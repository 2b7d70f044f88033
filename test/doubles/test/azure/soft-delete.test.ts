import { describe, expect, it } from 'vitest';
import { bench, day } from './support.ts';
import { element, outcome } from './wire.ts';

const all = { include: 'deleted,snapshots' };

describe('soft delete', () => {
  it('keeps a deleted blob, out of sight', async () => {
    await using desk = await bench({ softDeleteDays: 7 });
    const { wire, double, list } = desk;
    const box = double.container('box');
    box.put('a', 'hello');
    const removed = await wire.blob('DELETE', 'box', 'a');
    expect(outcome(removed)).toBe('202');
    expect(removed.headers.get('x-ms-delete-type-permanent')).toBe('false');
    expect(await list('box')).toBe('');
    expect(await list('box', all)).toBe('a!');
    const head = await wire.blob('HEAD', 'box', 'a');
    expect(outcome(head)).toBe('404 BlobNotFound');
    expect(head.headers.get('x-ms-is-soft-deleted')).toBe('true');
    expect(outcome(await wire.blob('DELETE', 'box', 'a'))).toBe('404 BlobNotFound');
    expect(box.size).toBe(0);
    expect(box.storedBytes).toBe(5);
  });

  it('says how long it is kept, and then lets it go', async () => {
    await using desk = await bench({ softDeleteDays: 7 });
    const { wire, double, list, pass } = desk;
    const box = double.container('box');
    box.put('a', 'hello');
    await wire.blob('DELETE', 'box', 'a');
    const kept = async (): Promise<string> =>
      element((await wire.list('box', all)).answer.text, 'RemainingRetentionDays');
    expect(await kept()).toBe('6');
    pass(5 * day);
    expect(await kept()).toBe('1');
    expect(element((await wire.list('box', all)).answer.text, 'DeletedTime')).toBe(
      'Sun, 01 Mar 2026 12:00:00 GMT',
    );
    expect(box.storedBytes).toBe(5);
    pass(2 * day);
    expect(box.storedBytes).toBe(0);
    expect(await list('box', all)).toBe('');
    expect(outcome(await undelete(desk, 'a'))).toBe('404 BlobNotFound');
  });

  it('brings a blob back with its snapshots', async () => {
    await using desk = await bench({ softDeleteDays: 7 });
    const { wire, double, list } = desk;
    const box = double.container('box');
    const { etag } = box.put('a', 'hello');
    await wire.blob('PUT', 'box', 'a', { query: { comp: 'snapshot' } });
    const headers = { 'x-ms-delete-snapshots': 'include' };
    await wire.blob('DELETE', 'box', 'a', { headers });
    expect(await list('box', all)).toBe('a@snapshot! a!');
    expect(outcome(await undelete(desk, 'a'))).toBe('200');
    expect(await list('box', all)).toBe('a@snapshot a');
    const back = await wire.blob('GET', 'box', 'a');
    expect([back.text, back.headers.get('etag')]).toStrictEqual(['hello', etag]);
    expect(outcome(await undelete(desk, 'a'))).toBe('200');
    expect(outcome(await undelete(desk, 'b'))).toBe('404 BlobNotFound');
  });

  it('keeps what is written over as a deleted snapshot, but not what metadata replace', async () => {
    await using desk = await bench({ softDeleteDays: 7 });
    const { wire, list } = desk;
    const container = await wire.container();
    await wire.written(container, 'a', 'one');
    await wire.written(container, 'a', 'two');
    await wire.blob('PUT', container, 'a', { query: { comp: 'metadata' } });
    expect(await list(container, all)).toBe('a@snapshot! a');
    expect(await list(container, { include: 'deleted' })).toBe('a');
    // A deleted snapshot does not stand in the way of a delete.
    expect(outcome(await wire.blob('DELETE', container, 'a'))).toBe('202');
  });

  it('makes a snapshot of a deleted blob that is written anew, if the type is the same', async () => {
    await using desk = await bench({ softDeleteDays: 7 });
    const { wire, list } = desk;
    const container = await wire.container();
    for (const name of ['same', 'other']) {
      await wire.written(container, name, 'one');
      await wire.blob('DELETE', container, name);
    }
    await wire.written(container, 'same', 'two');
    await wire.written(container, 'other', '', { 'x-ms-blob-type': 'AppendBlob' });
    expect(await list(container, all)).toBe('other same@snapshot! same');
  });

  it('is switched by the properties of the service, for what is deleted from then on', async () => {
    await using desk = await bench();
    const { wire, list, double } = desk;
    double.container('box').put('a', 'x');
    const before = await wire.blob('DELETE', 'box', 'a');
    expect(before.headers.get('x-ms-delete-type-permanent')).toBe('true');
    const query = { restype: 'service', comp: 'properties' };
    const body =
      '<?xml version="1.0" encoding="utf-8"?><StorageServiceProperties><DeleteRetentionPolicy><Enabled>true</Enabled><Days>3</Days></DeleteRetentionPolicy></StorageServiceProperties>';
    expect(outcome(await wire.send('PUT', '/', { query, body }))).toBe('202');
    const read = await wire.send('GET', '/', { query });
    expect(/<DeleteRetentionPolicy><Enabled>true<\/Enabled><Days>3<\/Days>/u.test(read.text)).toBe(
      true,
    );
    double.container('box').put('b', 'x');
    await wire.blob('DELETE', 'box', 'b');
    double.configure({ softDeleteDays: 0 });
    expect(await list('box', all)).toBe('b!');
  });
});

function undelete(
  { wire }: Awaited<ReturnType<typeof bench>>,
  name: string,
): ReturnType<typeof wire.blob> {
  return wire.blob('PUT', 'box', name, { query: { comp: 'undelete' } });
}
