import { describe, expect, it } from 'vitest';
import { sendBatch } from './batch.ts';
import { bench, day } from './support.ts';
import { outcome } from './wire.ts';
import type { Wire } from './wire.ts';

describe('immutability', () => {
  it('of a container: nothing changes until its days are over, and then blobs can only be deleted', async () => {
    await using desk = await bench();
    const { wire, double, pass } = desk;
    const box = double.container('box', { immutableDays: 3 });
    box.put('a', 'one');
    expect(await attempts(wire)).toStrictEqual({
      put: '409 BlobImmutableDueToPolicy',
      metadata: '409 BlobImmutableDueToPolicy',
      snapshot: '409 BlobImmutableDueToPolicy',
      block: '409 BlobImmutableDueToPolicy',
      delete: '409 BlobImmutableDueToPolicy',
    });
    expect(outcome(await wire.put('box', 'new', 'x'))).toBe('201');
    pass(3 * day);
    expect(await attempts(wire)).toStrictEqual({
      put: '409 BlobImmutableDueToPolicy',
      metadata: '409 BlobImmutableDueToPolicy',
      snapshot: '409 BlobImmutableDueToPolicy',
      block: '409 BlobImmutableDueToPolicy',
      delete: '202',
    });
  });

  it('by a legal hold on a container', async () => {
    await using desk = await bench();
    const { wire, double } = desk;
    double.container('box', { legalHold: true }).put('a', 'one');
    const { parts } = await sendBatch(wire, [{ container: 'box', name: 'a' }]);
    expect(parts.map(({ status, code }) => [status, code])).toStrictEqual([
      [409, 'BlobImmutableDueToLegalHold'],
    ]);
    expect(outcome(await wire.put('box', 'a', 'two'))).toBe('409 BlobImmutableDueToLegalHold');
    double.container('box', { legalHold: false });
    expect(outcome(await wire.blob('DELETE', 'box', 'a'))).toBe('202');
  });

  it('of a version: a new one can be written, the protected one can not be deleted', async () => {
    await using desk = await bench({ versioning: true });
    const { wire, double, pass } = desk;
    const box = double.container('box', { versionLevelImmutability: true });
    const versionid = box.put('a', 'one').versionId ?? '';
    const until = new Date(Date.parse('2026-03-04T12:00:00Z')).toUTCString();
    const set = await wire.blob('PUT', 'box', 'a', {
      query: { comp: 'immutabilityPolicies' },
      headers: {
        'x-ms-immutability-policy-until-date': until,
        'x-ms-immutability-policy-mode': 'Unlocked',
      },
    });
    expect(outcome(set)).toBe('200');
    expect(outcome(await wire.blob('DELETE', 'box', 'a'))).toBe('409 BlobImmutableDueToPolicy');
    expect(outcome(await wire.put('box', 'a', 'two'))).toBe('201');
    const remove = async (): Promise<string> =>
      outcome(await wire.blob('DELETE', 'box', 'a', { query: { versionid } }));
    expect(await remove()).toBe('409 BlobImmutableDueToPolicy');
    pass(3 * day);
    expect(await remove()).toBe('202');
  });

  it('shows in the properties of container and blob, and in listings', async () => {
    await using desk = await bench({ versioning: true });
    const { wire, double } = desk;
    const box = double.container('box', { immutableDays: 1, versionLevelImmutability: true });
    box.put('a', 'one', { legalHold: true, immutableUntil: Date.parse('2026-04-01T00:00:00Z') });
    const properties = await wire.send('GET', '/box', { query: { restype: 'container' } });
    const shown = [
      'has-immutability-policy',
      'has-legal-hold',
      'immutable-storage-with-versioning-enabled',
    ];
    expect(shown.map((name) => properties.headers.get(`x-ms-${name}`))).toStrictEqual([
      'true',
      'false',
      'true',
    ]);
    const head = await wire.blob('HEAD', 'box', 'a');
    expect(head.headers.get('x-ms-legal-hold')).toBe('true');
    expect(head.headers.get('x-ms-immutability-policy-until-date')).toBe(
      'Wed, 01 Apr 2026 00:00:00 GMT',
    );
    const { text } = (await wire.list('box', { include: 'immutabilitypolicy,legalhold' })).answer;
    expect(text).toContain('<ImmutabilityPolicyMode>unlocked</ImmutabilityPolicyMode>');
    expect(text).toContain('<LegalHold>true</LegalHold>');
    const gone = await wire.send('DELETE', '/box', { query: { restype: 'container' } });
    expect(outcome(gone)).toBe('409 ContainerProtectedFromDeletion');
  });
});

async function attempts(wire: Wire): Promise<Record<string, string>> {
  const change = async (comp: string, query = {}, body = ''): Promise<string> =>
    outcome(await wire.blob('PUT', 'box', 'a', { query: { comp, ...query }, body }));
  return {
    put: outcome(await wire.put('box', 'a', 'two')),
    metadata: await change('metadata'),
    snapshot: await change('snapshot'),
    block: await change('block', { blockid: 'YQ==' }, 'x'),
    delete: outcome(await wire.blob('DELETE', 'box', 'a')),
  };
}
