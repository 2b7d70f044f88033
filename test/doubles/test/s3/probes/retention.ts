import type { Probe } from '../probe.ts';
import { outcome, outcomes, textOf } from '../reading.ts';
import { md5Of, pathOf } from '../wire.ts';
import type { Answer } from '../wire.ts';

const XMLNS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const DAY_MS = 86_400_000;

function days(count: number): string {
  return new Date(Date.now() + count * DAY_MS).toISOString().replace(/\.\d{3}/, '');
}

function retention(mode: string, until: string): string {
  return `<Retention ${XMLNS}><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`;
}

/** Locks that are put on objects, and on buckets, which are there already. */
export const retentionProbes: readonly Probe[] = [
  {
    name: 'retention grows, and is changed otherwise only where that is allowed',
    run: async (wire) => {
      const bucket = await wire.bucket({ locked: true });
      await wire.must('PUT', pathOf(bucket, 'k'), { body: 'k' });
      const path = pathOf(bucket, 'k');
      const query = { retention: '' };
      const put = (body: string, headers = {}): Promise<Answer> =>
        wire.send('PUT', path, { query, body, headers: { ...md5Of(body), ...headers } });
      const bypass = { 'x-amz-bypass-governance-retention': 'true' };
      const before = outcome(await wire.send('GET', path, { query }));
      const found = await outcomes({
        past: () => put(retention('GOVERNANCE', days(-1))),
        badMode: () => put(retention('PERHAPS', days(1))),
        governed: () => put(retention('GOVERNANCE', days(2))),
        shorter: () => put(retention('GOVERNANCE', days(1))),
        bypassed: () => put(retention('GOVERNANCE', days(1)), bypass),
        otherMode: () => put(retention('COMPLIANCE', days(2))),
        complied: () => put(retention('COMPLIANCE', days(2)), bypass),
        governedAgain: () => put(retention('GOVERNANCE', days(3)), bypass),
        longer: () => put(retention('COMPLIANCE', days(3))),
      });
      const told = await wire.send('GET', path, { query });
      return { before, ...found, told: [outcome(told), textOf(told, 'Mode')] };
    },
    facts: {
      before: '404 NoSuchObjectLockConfiguration',
      past: '400 InvalidArgument',
      badMode: '400 MalformedXML',
      governed: '200',
      shorter: '403 AccessDenied',
      bypassed: '200',
      otherMode: '403 AccessDenied',
      complied: '200',
      governedAgain: '403 AccessDenied',
      longer: '200',
      told: ['200', 'COMPLIANCE'],
    },
  },
  {
    name: 'legal holds and default retention',
    run: async (wire) => {
      const [plain, locked] = [await wire.bucket(), await wire.bucket({ locked: true })];
      const rule = (count: number): string =>
        `<ObjectLockConfiguration ${XMLNS}><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>${count}</Days></DefaultRetention></Rule></ObjectLockConfiguration>`;
      const configure = (bucket: string, count: number): Promise<Answer> => {
        const body = rule(count);
        const query = { 'object-lock': '' };
        return wire.send('PUT', `/${bucket}`, { query, body, headers: md5Of(body) });
      };
      await wire.put(locked, 'k', 'k', { ...md5Of('k'), 'x-amz-object-lock-legal-hold': 'ON' });
      const held = await wire.get(locked, 'k', {}, { 'legal-hold': '' });
      const found = await outcomes({
        unversioned: () => configure(plain, 1),
        done: () => configure(locked, 1),
        holdInPlain: () => wire.get(plain, 'k', {}, { 'legal-hold': '' }),
      });
      await wire.put(locked, 'later', 'x', md5Of('x'));
      const later = await wire.head(locked, 'later');
      return {
        held: textOf(held, 'Status'),
        ...found,
        later: later.headers['x-amz-object-lock-mode'],
        told: textOf(await wire.list(locked, {}, { 'object-lock': '' }), 'Days'),
      };
    },
    facts: {
      held: 'ON',
      unversioned: '409 InvalidBucketState',
      done: '200',
      holdInPlain: '400 InvalidRequest',
      later: 'GOVERNANCE',
      told: '1',
    },
  },
];
