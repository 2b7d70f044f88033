import { azure, loseAnswer, reset } from '@dunnage/conformance/proxy';
import { describe, expect, it } from 'vitest';
import { bytes, deleteAll, deleteOne, errorOf, key, keysOf, openContainer } from './support.ts';

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `d/k${String(n).padStart(4, '0')}`);

describe('a batch', () => {
  it('has 256 deletes at most, and the requests are as few as that allows', async () => {
    const { driver, container, proxy } = await openContainer();
    const all = names(600);
    for (const name of all) container.put(name, '');
    await driver.capabilities();
    proxy.forget();
    const outcomes = await deleteAll(driver, ...all);
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['deleted']));
    expect(container.size).toBe(0);
    expect(proxy.counts()).toEqual({ 'bulk-delete': 3 });
  });

  it('of one is a delete of its own, which costs one operation less', async () => {
    const { driver, container, proxy } = await openContainer();
    container.put('d/a', '');
    await driver.capabilities();
    proxy.forget();
    await deleteOne(driver, 'd/a');
    expect(proxy.counts()).toEqual({ delete: 1 });
  });

  it('is answered part by part', async () => {
    const { driver, container, proxy } = await openContainer();
    for (const name of names(8)) container.put(name, 'x');
    const stale = (await driver.stat(key('d/k0001')))?.etag ?? '';
    container.put('d/k0001', 'newer');
    container.put('d/k0002', 'leased', { leaseId: '00000000-0000-0000-0000-000000000001' });
    container.put('d/k0003', 'held', { legalHold: true });
    container.snapshot('d/k0004');
    proxy.inject({
      when: { operation: 'bulk-delete' },
      fault: azure.perPartError('d/k0005', 403, 'AuthorizationPermissionMismatch'),
    });
    const outcomes = await deleteAll(
      driver,
      'd/k0000',
      { key: key('d/k0001'), ifMatch: stale },
      ...['d/k0002', 'd/k0003', 'd/k0004', 'd/k0005', 'd/missing', 'd/k0007'],
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      ...['deleted', 'precondition-failed', 'locked', 'locked', 'locked', 'denied', 'missing'],
      'deleted',
    ]);
    const locked = outcomes.slice(2, 5).map(errorOf);
    expect(locked.map(({ code, providerCode, retry }) => [code, providerCode, retry])).toEqual([
      ['LOCKED', 'LeaseIdMissing', 'never'],
      ['LOCKED', expect.stringMatching(/^BlobImmutable/), 'never'],
      ['LOCKED', 'SnapshotsPresent', 'never'],
    ]);
    expect(locked[2]?.message).toContain('snapshots=delete');
  });

  it('says "unknown" of what the answer leaves out, and retries what only was too much', async () => {
    const { driver, container, proxy } = await openContainer();
    for (const name of names(4)) container.put(name, 'x');
    const when = { operation: 'bulk-delete' } as const;
    const dropped = proxy.inject({ when, fault: azure.dropPart('d/k0001') });
    const outcomes = await deleteAll(driver, ...names(2));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['deleted', 'unknown']);
    expect(container.object('d/k0001')).toBeUndefined();
    dropped.remove();
    proxy.inject({ when, fault: azure.everyPartError(503, 'ServerBusy') });
    const busy = await deleteAll(driver, 'd/k0002', 'd/k0003');
    expect(busy.map((outcome) => [outcome.outcome, errorOf(outcome).retry])).toEqual([
      ['failed', 'after-backoff'],
      ['failed', 'after-backoff'],
    ]);
    expect(container.size).toBe(2);
  });

  it('whose answer is lost is unknown, and the store is asked no second time', async () => {
    const { driver, container, proxy } = await openContainer();
    for (const name of names(3)) container.put(name, 'x');
    await driver.capabilities();
    proxy.forget();
    proxy.inject({ when: { operation: 'bulk-delete' }, fault: loseAnswer() });
    const outcomes = await deleteAll(driver, ...names(3));
    for (const outcome of outcomes) {
      expect(outcome.outcome).toBe('unknown');
      expect(errorOf(outcome)).toMatchObject({
        code: 'UNAVAILABLE',
        applied: 'unknown',
        retry: 'after-backoff',
      });
    }
    expect(container.size).toBe(0);
    expect(proxy.counts()).toEqual({ 'bulk-delete': 1 });
  });

  it('is given up for single deletes where the account or the credentials have none', async () => {
    const { driver, container, proxy } = await openContainer();
    for (const name of names(40)) container.put(name, 'x');
    await driver.capabilities();
    proxy.inject({
      when: { operation: 'bulk-delete' },
      fault: azure.error(403, 'AuthorizationPermissionMismatch'),
    });
    proxy.forget();
    const outcomes = await deleteAll(driver, ...names(20));
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['deleted']));
    expect(proxy.counts()).toEqual({ 'bulk-delete': 1, delete: 20 });
    proxy.forget();
    await deleteAll(driver, ...names(40).slice(20));
    expect(proxy.counts()).toEqual({ delete: 20 });
    expect(container.size).toBe(0);
  });

  it('is not given up because the store is busy or cut off', async () => {
    const { driver, container, proxy } = await openContainer();
    for (const name of names(2)) container.put(name, 'x');
    await driver.capabilities();
    const when = { operation: 'bulk-delete' } as const;
    for (const fault of [azure.serverBusy(), azure.error(500, 'InternalError'), reset()]) {
      const rule = proxy.inject({ when, fault });
      const outcomes = await deleteAll(driver, ...names(2));
      expect(outcomes.every(({ outcome }) => ['failed', 'unknown'].includes(outcome))).toBe(true);
      rule.remove();
    }
    proxy.forget();
    await deleteAll(driver, ...names(2));
    expect(proxy.counts()).toEqual({ 'bulk-delete': 1 });
  });

  it('has each object once: a second delete of it comes after the first', async () => {
    const { driver, container, proxy } = await openContainer();
    for (const name of names(3)) container.put(name, 'x');
    await driver.capabilities();
    proxy.forget();
    const twice = [...names(3), ...names(3)].map((name) => ({ key: key(name) }));
    const outcomes = await deleteAll(driver, ...twice);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      ...['deleted', 'deleted', 'deleted', 'missing', 'missing', 'missing'],
    ]);
    expect(proxy.counts()).toEqual({ 'bulk-delete': 2 });
  });
});

describe('what a delete leaves', () => {
  it('is nothing, and that is what it says', async () => {
    const { driver, container } = await openContainer();
    container.put('d/a', 'x');
    expect((await driver.capabilities()).delete.freesSpace).toBe('immediately');
    expect((await deleteOne(driver, 'd/a')).outcome).toBe('deleted');
    expect(container.storedBytes).toBe(0);
  });

  it('is the bytes, where the account has soft delete', async () => {
    const { driver, container } = await openContainer({ double: { softDeleteDays: 7 } });
    for (const name of names(3)) container.put(name, 'x');
    expect((await driver.capabilities()).delete.freesSpace).toBe('after-retention');
    const outcomes = await deleteAll(driver, ...names(2));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['soft-deleted', 'soft-deleted']);
    expect((await deleteOne(driver, 'd/k0002')).outcome).toBe('soft-deleted');
    expect(container.storedBytes).toBe(3);
    expect(await keysOf(driver)).toEqual([]);
  });

  it('is an older version, where the account keeps those', async () => {
    const { driver, container } = await openContainer({ double: { versioning: true } });
    for (const name of names(2)) container.put(name, 'x');
    expect((await driver.capabilities()).delete.freesSpace).toBe('never');
    const outcomes = await deleteAll(driver, ...names(2));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['marked', 'marked']);
    expect(container.storedBytes).toBe(2);
  });

  it('is nothing of the snapshots either, where that was asked for', async () => {
    const { open, container } = await openContainer();
    const driver = open({ snapshots: 'delete' });
    for (const name of names(3)) container.put(name, 'x');
    for (const name of names(3)) container.snapshot(name);
    const outcomes = await deleteAll(driver, ...names(2));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['deleted', 'deleted']);
    expect((await deleteOne(driver, 'd/k0002')).outcome).toBe('deleted');
    expect(container.storedBytes).toBe(0);
  });

  it('is everything, where the snapshots keep it', async () => {
    const { driver, container } = await openContainer();
    container.put('d/a', 'x');
    container.snapshot('d/a');
    const outcome = await deleteOne(driver, 'd/a');
    expect(outcome.outcome).toBe('locked');
    expect(errorOf(outcome)).toMatchObject({ code: 'LOCKED', providerCode: 'SnapshotsPresent' });
    expect(await keysOf(driver)).toEqual(['d/a']);
  });
});

it('fails every request, and none for being missing, where the container is', async () => {
  const { open, container } = await openContainer();
  const driver = open({ container: 'other', readOnly: true });
  await expect(deleteOne(driver, 'd/a')).rejects.toMatchObject({ code: 'CONTAINER_NOT_FOUND' });
  expect(container.size).toBe(0);
});

it('names that can not be deleted fail alone', async () => {
  const { driver, container } = await openContainer();
  for (const name of names(2)) container.put(name, bytes('x'));
  const [first, dot, last] = await deleteAll(driver, 'd/k0000', 'd/x.', 'd/k0001');
  expect([first?.outcome, dot?.outcome, last?.outcome]).toEqual(['deleted', 'failed', 'deleted']);
});
