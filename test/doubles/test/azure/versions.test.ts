import { describe, expect, it } from 'vitest';
import { sendBatch } from './batch.ts';
import { bench } from './support.ts';
import { outcome } from './wire.ts';

const versions = { include: 'versions' };

describe('versioning', () => {
  it('gives each write a version, and keeps the older ones', async () => {
    await using desk = await bench({ versioning: true });
    const { wire, list } = desk;
    const container = await wire.container();
    const first = await wire.put(container, 'a', 'one');
    await wire.put(container, 'a', 'two');
    const third = await wire.blob('PUT', container, 'a', { query: { comp: 'metadata' } });
    const [oldest, newest] = [first, third].map(
      (answer) => answer.headers.get('x-ms-version-id') ?? '',
    );
    expect(oldest).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/u);
    expect(await list(container)).toBe('a@version*');
    expect(await list(container, versions)).toBe('a@version a@version a@version*');
    const old = await wire.blob('GET', container, 'a', { query: { versionid: oldest ?? '' } });
    expect([old.text, old.headers.get('x-ms-is-current-version')]).toStrictEqual(['one', null]);
    const current = await wire.blob('HEAD', container, 'a');
    expect(current.headers.get('x-ms-version-id')).toBe(newest);
    expect(current.headers.get('x-ms-is-current-version')).toBe('true');
  });

  it('keeps the version of a deleted blob, and frees nothing', async () => {
    await using desk = await bench({ versioning: true });
    const { wire, list, double } = desk;
    const box = double.container('box');
    box.put('a', 'hello');
    const removed = await wire.blob('DELETE', 'box', 'a');
    expect(removed.headers.get('x-ms-delete-type-permanent')).toBe('false');
    expect(await list('box')).toBe('');
    expect(await list('box', versions)).toBe('a@version');
    expect(await list('box', { include: 'deletedwithversions' })).toBe('a?');
    expect(box.storedBytes).toBe(5);
    const head = await wire.blob('HEAD', 'box', 'a');
    expect([outcome(head), head.headers.get('x-ms-is-soft-deleted')]).toStrictEqual([
      '404 BlobNotFound',
      null,
    ]);
  });

  it('deletes one version for good, but not the current one', async () => {
    await using desk = await bench({ versioning: true });
    const { wire, list, double } = desk;
    const box = double.container('box');
    const older = box.put('a', 'one').versionId ?? '';
    const newer = box.put('a', 'three').versionId ?? '';
    const remove = (versionid: string, headers = {}): ReturnType<typeof wire.blob> =>
      wire.blob('DELETE', 'box', 'a', { query: { versionid }, headers });
    expect(outcome(await remove(newer))).toBe('403 OperationNotAllowedOnRootBlob');
    expect(outcome(await remove(older, { 'x-ms-delete-snapshots': 'include' }))).toBe(
      '400 InvalidQueryParameterValue',
    );
    const removed = await remove(older);
    expect([outcome(removed), removed.headers.get('x-ms-delete-type-permanent')]).toStrictEqual([
      '202',
      'true',
    ]);
    expect(await list('box', versions)).toBe('a@version*');
    expect(outcome(await remove(older))).toBe('404 BlobNotFound');
    expect(box.storedBytes).toBe(5);
  });

  it('deletes versions in a batch', async () => {
    await using desk = await bench({ versioning: true });
    const { wire, list, double } = desk;
    const box = double.container('box');
    const older = box.put('a', 'one').versionId ?? '';
    box.put('a', 'two');
    const query = `?versionid=${encodeURIComponent(older)}`;
    const { parts } = await sendBatch(wire, [{ container: 'box', name: 'a', query }]);
    expect(parts.map(({ status }) => status)).toStrictEqual([202]);
    expect(await list('box', versions)).toBe('a@version*');
  });

  it('together with soft delete: versions are soft-deleted, and come back as versions', async () => {
    await using desk = await bench({ versioning: true, softDeleteDays: 7 });
    const { wire, list, double } = desk;
    const older = double.container('box').put('a', 'one').versionId ?? '';
    await wire.blob('DELETE', 'box', 'a');
    const removed = await wire.blob('DELETE', 'box', 'a', { query: { versionid: older } });
    expect(removed.headers.get('x-ms-delete-type-permanent')).toBe('false');
    expect(await list('box', versions)).toBe('');
    expect(await list('box', { include: 'versions,deleted' })).toBe('a@version!');
    const undeleted = await wire.blob('PUT', 'box', 'a', { query: { comp: 'undelete' } });
    expect(outcome(undeleted)).toBe('200');
    expect(await list('box', versions)).toBe('a@version');
    expect(await list('box')).toBe('');
  });

  it('makes a version beside a snapshot, and wants the snapshots named when the blob goes', async () => {
    await using desk = await bench({ versioning: true });
    const { wire, list, double } = desk;
    double.container('box').put('a', 'one');
    const taken = await wire.blob('PUT', 'box', 'a', { query: { comp: 'snapshot' } });
    expect(taken.headers.has('x-ms-version-id')).toBe(true);
    expect(await list('box', { include: 'versions,snapshots' })).toBe(
      'a@version a@snapshot a@version*',
    );
    expect(outcome(await wire.blob('DELETE', 'box', 'a'))).toBe('409 SnapshotsPresent');
    const headers = { 'x-ms-delete-snapshots': 'include' };
    expect(outcome(await wire.blob('DELETE', 'box', 'a', { headers }))).toBe('202');
  });

  it('pages through the states of one name', async () => {
    await using desk = await bench({ versioning: true, softDeleteDays: 7 });
    const { wire, double, list } = desk;
    const box = double.container('box');
    for (const text of ['one', 'two', 'three']) box.put('a', text);
    box.snapshot('a');
    box.put('b', 'x');
    await wire.blob('DELETE', 'box', 'b');
    const query = { include: 'versions,snapshots,deletedwithversions' };
    const whole = await list('box', query);
    expect(whole).toBe('a@version a@version a@snapshot a@version* b@version b?');
    const found: string[] = [];
    let marker = '';
    do {
      const page = { ...query, maxresults: '1', ...(marker === '' ? {} : { marker }) };
      found.push(await list('box', page));
      marker = (await wire.list('box', page)).next;
    } while (marker !== '');
    expect(found.join(' ')).toBe(whole);
  });

  it('leaves blobs from before it without a version until they change', async () => {
    await using desk = await bench();
    const { wire, list, double } = desk;
    double.container('box').put('a', 'one');
    double.configure({ versioning: true });
    expect(await list('box')).toBe('a');
    await wire.put('box', 'a', 'two');
    expect(await list('box', versions)).toBe('a@version a@version*');
  });
});
