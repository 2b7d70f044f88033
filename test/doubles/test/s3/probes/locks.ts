import type { Probe } from '../probe.ts';
import { outcome, outcomes, textOf } from '../reading.ts';
import { md5Of, pathOf } from '../wire.ts';
import type { Answer, Wire } from '../wire.ts';
import { deleteDocument, fates } from './deleting.ts';

const FUTURE = new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d{3}/, '');
const BYPASS = { 'x-amz-bypass-governance-retention': 'true' };

type Pairs = Readonly<Record<string, string>>;

function retained(mode: string): Pairs {
  return { 'x-amz-object-lock-mode': mode, 'x-amz-object-lock-retain-until-date': FUTURE };
}

async function versionOf(answer: Promise<Answer>): Promise<string> {
  return String((await answer).headers['x-amz-version-id'] ?? '');
}

function putLocked(wire: Wire, bucket: string, key: string, lock: Pairs): Promise<string> {
  return versionOf(wire.put(bucket, key, key, { ...md5Of(key), ...lock }));
}

/** Object lock. */
export const lockProbes: readonly Probe[] = [
  {
    name: 'locks protect versions, not names',
    run: async (wire) => {
      const bucket = await wire.bucket({ locked: true });
      const governed = await putLocked(wire, bucket, 'g', retained('GOVERNANCE'));
      const complied = await putLocked(wire, bucket, 'c', retained('COMPLIANCE'));
      const held = await putLocked(wire, bucket, 'h', { 'x-amz-object-lock-legal-hold': 'ON' });
      const free = await putLocked(wire, bucket, 'f', {});
      const remove = (key: string, versionId: string, headers: Pairs = {}): Promise<Answer> =>
        wire.delete(bucket, key, headers, { versionId });
      const head = await wire.head(bucket, 'g');
      const bulk = await wire.deleteMany(
        bucket,
        deleteDocument([
          `<Key>c</Key><VersionId>${complied}</VersionId>`,
          `<Key>f</Key><VersionId>${free}</VersionId>`,
        ]),
      );
      return {
        told: head.headers['x-amz-object-lock-mode'],
        until: head.headers['x-amz-object-lock-retain-until-date'] !== undefined,
        name: outcome(await wire.delete(bucket, 'g')),
        ...(await outcomes({
          governed: () => remove('g', governed),
          complied: () => remove('c', complied),
          bypassCompliance: () => remove('c', complied, BYPASS),
          held: () => remove('h', held),
          bypassHold: () => remove('h', held, BYPASS),
          bypassGovernance: () => remove('g', governed, BYPASS),
        })),
        bulk: fates(bulk).sort(),
        released: outcome(
          await wire.send('PUT', pathOf(bucket, 'h'), {
            query: { 'legal-hold': '' },
            body: '<LegalHold xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>OFF</Status></LegalHold>',
            headers: md5Of(
              '<LegalHold xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>OFF</Status></LegalHold>',
            ),
          }),
        ),
        afterRelease: outcome(await remove('h', held)),
      };
    },
    facts: {
      told: 'GOVERNANCE',
      until: true,
      name: '204',
      governed: '403 AccessDenied',
      complied: '403 AccessDenied',
      bypassCompliance: '403 AccessDenied',
      held: '403 AccessDenied',
      bypassHold: '403 AccessDenied',
      bypassGovernance: '204',
      bulk: ['c: AccessDenied', 'f'],
      released: '200',
      afterRelease: '204',
    },
  },
  {
    name: 'what buckets tell of their locks',
    run: async (wire) => {
      const [plain, locked] = [await wire.bucket(), await wire.bucket({ locked: true })];
      const ask = (bucket: string, by: string): Promise<Answer> =>
        wire.send('GET', `/${bucket}`, { query: { [by]: '' } });
      const configuration = await ask(locked, 'object-lock');
      return {
        plain: outcome(await ask(plain, 'object-lock')),
        enabled: textOf(configuration, 'ObjectLockEnabled'),
        rule: textOf(configuration, 'Mode'),
        versioning: textOf(await ask(locked, 'versioning'), 'Status'),
        suspend: await wire.version(locked, 'Suspended').then(
          () => 'done',
          (error: unknown) => String(error).includes('InvalidBucketState'),
        ),
        lockInPlain: outcome(
          await wire.put(plain, 'k', 'k', { ...md5Of('k'), ...retained('GOVERNANCE') }),
        ),
        half: outcome(
          await wire.put(locked, 'k', 'k', {
            ...md5Of('k'),
            'x-amz-object-lock-mode': 'GOVERNANCE',
          }),
        ),
        unvouched: outcome(await wire.put(locked, 'k', 'k', retained('GOVERNANCE'))),
      };
    },
    facts: {
      plain: '404 ObjectLockConfigurationNotFoundError',
      enabled: 'Enabled',
      rule: undefined,
      versioning: 'Enabled',
      suspend: true,
      lockInPlain: '400 InvalidRequest',
      half: '400 InvalidArgument',
      unvouched: '400 InvalidRequest',
    },
  },
];
