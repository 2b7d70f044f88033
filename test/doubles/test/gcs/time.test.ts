import { startGcsDouble } from '@dunnage/doubles/gcs';
import type { GcsDouble } from '@dunnage/doubles/gcs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Wire, objectIn, objectPath, outcome } from './wire.ts';

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** What ends with time, on a clock of the test's own. */
describe('as time goes by', () => {
  let now: number;
  let double: GcsDouble;
  let wire: Wire;

  beforeEach(async () => {
    now = Date.UTC(2026, 0, 1);
    double = await startGcsDouble({ clock: () => now });
    wire = new Wire({ url: double.url });
  });
  afterEach(async () => {
    await double.close();
  });

  it('retention ends', async () => {
    double.container('kept', { retentionSeconds: 60 }).put('a', 'x');
    now += 59 * SECOND;
    expect(outcome(await wire.delete('kept', 'a'))).toBe('403 retentionPolicyNotMet');
    now += SECOND;
    expect(outcome(await wire.delete('kept', 'a'))).toBe('ok');
  });

  it('retention begins when the event-based hold goes', async () => {
    const container = double.container('kept', {
      retentionSeconds: 60,
      defaultEventBasedHold: true,
    });
    container.put('a', 'x');
    now += 100 * SECOND;
    expect(objectIn(await wire.get('kept', 'a'))).not.toHaveProperty('retentionExpirationTime');
    expect(outcome(await wire.delete('kept', 'a'))).toBe('403 forbidden');
    const released = objectIn(await wire.patch('kept', 'a', { eventBasedHold: false }));
    expect(released).toHaveProperty('retentionExpirationTime', '2026-01-01T00:02:40.000Z');
    expect(outcome(await wire.delete('kept', 'a'))).toBe('403 retentionPolicyNotMet');
    now += 60 * SECOND;
    expect(outcome(await wire.delete('kept', 'a'))).toBe('ok');
  });

  it('with versions, retention keeps noncurrent generations', async () => {
    const container = double.container('kept', { retentionSeconds: 60, versioning: true });
    const generation = container.put('a', 'x');
    expect(outcome(await wire.delete('kept', 'a'))).toBe('ok');
    expect(container.names()).toEqual([]);
    const removal = (): Promise<string> => wire.delete('kept', 'a', { generation }).then(outcome);
    expect(await removal()).toBe('403 retentionPolicyNotMet');
    now += 60 * SECOND;
    expect(await removal()).toBe('ok');
    expect(container.generations('a')).toEqual([]);
  });

  it('an object’s own retention can be made longer, and shorter only with a word', async () => {
    double.container('plain').put('a', 'x');
    double.container('kept', { objectRetention: true }).put('a', 'x');
    const until = (days: number, mode = 'Unlocked'): object => ({
      retention: { mode, retainUntilTime: new Date(now + days * DAY).toISOString() },
    });
    const patch = (changes: object, query = {}): Promise<string> =>
      wire.patch('kept', 'a', changes, query).then(outcome);
    expect(outcome(await wire.patch('plain', 'a', until(1)))).toBe('400 invalid');
    expect(await patch(until(2))).toBe('ok');
    expect(await patch(until(1))).toBe('403 forbidden');
    expect(await patch(until(1), { overrideUnlockedRetention: 'true' })).toBe('ok');
    expect(await patch({ retention: null })).toBe('403 forbidden');
    expect(outcome(await wire.delete('kept', 'a'))).toBe('403 retentionPolicyNotMet');
    expect(await patch(until(3, 'Locked'), { overrideUnlockedRetention: 'true' })).toBe('ok');
    expect(await patch(until(2, 'Locked'), { overrideUnlockedRetention: 'true' })).toBe(
      '403 forbidden',
    );
    now += 3 * DAY;
    expect(outcome(await wire.delete('kept', 'a'))).toBe('ok');
  });

  it('what is soft-deleted goes for good', async () => {
    const container = double.container('soft', { softDeleteSeconds: 7 * 86_400 });
    const generation = container.put('a', 'x');
    await wire.delete('soft', 'a');
    const restore = (): Promise<string> =>
      wire
        .send('POST', `${objectPath('soft', 'a')}/restore`, { query: { generation } })
        .then(outcome);
    now += 7 * DAY - 1;
    expect(await wire.names('soft', { softDeleted: 'true' })).toEqual(['a']);
    now += 1;
    expect(await wire.names('soft', { softDeleted: 'true' })).toEqual([]);
    expect(await restore()).toBe('404 notFound');
  });

  it('a locked policy is there to stay', async () => {
    double.container('kept', { retentionSeconds: 60 });
    const path = '/storage/v1/b/kept';
    const lock = await wire.send('POST', `${path}/lockRetentionPolicy`, {
      query: { ifMetagenerationMatch: '1' },
    });
    const set = (retentionPolicy: object | null): Promise<string> =>
      wire.json('PATCH', path, { retentionPolicy }).then(outcome);
    expect(outcome(lock)).toBe('ok');
    expect(await set(null)).toBe('403 retentionPolicyNotMet');
    expect(await set({ retentionPeriod: '30' })).toBe('400 badRequestException');
    expect(await set({ retentionPeriod: '90' })).toBe('ok');
  });

  it('a repeated write gets its first answer, for two minutes', async () => {
    const container = double.container('plain');
    const headers = { 'x-goog-gcs-idempotency-token': 'token-1' };
    const remove = (): Promise<string> =>
      wire.send('DELETE', objectPath('plain', 'a'), { headers }).then(outcome);
    expect(await remove()).toBe('404 notFound');
    container.put('a', 'first');
    expect(await remove()).toBe('ok');
    container.put('a', 'second');
    now += 119 * SECOND;
    expect(await remove()).toBe('ok');
    expect(container.object('a')?.data.toString()).toBe('second');
    now += SECOND;
    expect(await remove()).toBe('ok');
    expect(container.names()).toEqual([]);
  });
});
