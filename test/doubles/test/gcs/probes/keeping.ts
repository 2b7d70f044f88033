import type { Probe } from '../probe.ts';
import { messageOf, objectIn, objectPath, outcome } from '../wire.ts';

const WEEK = { softDeletePolicy: { retentionDurationSeconds: '604800' } };
const VERSIONS = { versioning: { enabled: true } };

/** What keeps bytes that were deleted, or keeps them from being deleted. */
export const keepingProbes: readonly Probe[] = [
  {
    name: 'a bucket with versions keeps what is replaced and deleted',
    run: async (wire) => {
      const bucket = await wire.bucket(VERSIONS);
      const first = await wire.putObject(bucket, 'a', 'one');
      const second = await wire.putObject(bucket, 'a', 'two');
      await wire.putObject(bucket, 'b', 'three');
      const deleted = await wire.delete(bucket, 'a');
      const { items = [] } = await wire.list(bucket, { versions: 'true' });
      const number = [first.generation, second.generation];
      const got = await wire.get(bucket, 'a', { generation: first.generation });
      return {
        deleted: outcome(deleted),
        live: await wire.names(bucket),
        versions: items.map((item) => [
          item.name,
          number.indexOf(item.generation),
          item.timeDeleted !== undefined,
        ]),
        got: [got.status, objectIn(got).generation === first.generation],
        bytes: (await wire.media(bucket, 'a', {}, { generation: second.generation })).text,
        byName: outcome(await wire.get(bucket, 'a')),
        again: outcome(await wire.delete(bucket, 'a')),
      };
    },
    facts: {
      deleted: 'ok',
      live: ['b'],
      versions: [
        ['a', 0, true],
        ['a', 1, true],
        ['b', -1, false],
      ],
      got: [200, true],
      bytes: 'two',
      byName: '404 notFound',
      again: '404 notFound',
    },
  },
  {
    name: 'a generation that is named goes for good',
    run: async (wire) => {
      const bucket = await wire.bucket(VERSIONS);
      const first = await wire.putObject(bucket, 'a', 'one');
      const second = await wire.putObject(bucket, 'a', 'two');
      const oldest = await wire.delete(bucket, 'a', { generation: first.generation });
      const live = await wire.names(bucket);
      const newest = await wire.delete(bucket, 'a', { generation: second.generation });
      return {
        oldest: outcome(oldest),
        live,
        newest: outcome(newest),
        left: await wire.names(bucket, { versions: 'true' }),
        again: outcome(await wire.delete(bucket, 'a', { generation: second.generation })),
      };
    },
    facts: { oldest: 'ok', live: ['a'], newest: 'ok', left: [], again: '404 notFound' },
  },
  {
    name: 'pages of versions',
    run: async (wire) => {
      const bucket = await wire.bucket(VERSIONS);
      for (const name of ['a', 'a', 'a', 'b', 'a', 'c', 'b']) await wire.putObject(bucket, name);
      const found: string[] = [];
      const seen = new Set<string>();
      let token: string | undefined;
      let pages = 0;
      do {
        const page = await wire.list(bucket, {
          versions: 'true',
          maxResults: '2',
          ...(token === undefined ? {} : { pageToken: token }),
        });
        for (const { name, generation } of page.items ?? []) {
          found.push(name);
          seen.add(generation);
        }
        token = page.nextPageToken;
        pages++;
      } while (token !== undefined && pages < 5);
      return { found: found.join(' '), different: seen.size, pages };
    },
    facts: { found: 'a a a a b b c', different: 7, pages: 4 },
  },
  {
    name: 'soft delete keeps what is deleted, and gives it back',
    run: async (wire) => {
      const bucket = await wire.bucket(WEEK);
      const { generation } = await wire.putObject(bucket, 'a', 'one');
      const deleted = await wire.delete(bucket, 'a');
      const { items = [] } = await wire.list(bucket, { softDeleted: 'true' });
      const [kept] = items;
      const got = await wire.get(bucket, 'a', { generation, softDeleted: 'true' });
      const restore = (query: Readonly<Record<string, string>>): Promise<string> =>
        wire.send('POST', `${objectPath(bucket, 'a')}/restore`, { query }).then(outcome);
      const unconditional = await wire.get(bucket, 'a', { generation });
      return {
        deleted: outcome(deleted),
        live: await wire.names(bucket),
        versions: await wire.names(bucket, { versions: 'true' }),
        kept: [kept?.name, kept?.generation === generation],
        days: daysBetween(kept?.softDeleteTime, kept?.hardDeleteTime),
        byGeneration: outcome(unconditional),
        got: got.status,
        noSuch: await restore({ generation: '123' }),
        restored: await restore({ generation }),
        bytes: (await wire.media(bucket, 'a')).text,
        newGeneration: objectIn(await wire.get(bucket, 'a')).generation !== generation,
      };
    },
    facts: {
      deleted: 'ok',
      live: [],
      versions: [],
      kept: ['a', true],
      days: 7,
      byGeneration: '404 notFound',
      got: 200,
      noSuch: '404 notFound',
      restored: 'ok',
      bytes: 'one',
      newGeneration: true,
    },
  },
  {
    name: 'what is replaced is soft-deleted too',
    run: async (wire) => {
      const bucket = await wire.bucket(WEEK);
      await wire.putObject(bucket, 'a', 'one');
      await wire.putObject(bucket, 'a', 'other');
      const { items = [] } = await wire.list(bucket, { softDeleted: 'true' });
      return { kept: items.map(({ name, size }) => [name, size]), live: await wire.names(bucket) };
    },
    facts: { kept: [['a', '3']], live: ['a'] },
  },
  ...(['temporaryHold', 'eventBasedHold'] as const).map((hold): Probe => ({
    name: `${hold} keeps an object from being deleted or replaced`,
    run: async (wire) => {
      const bucket = await wire.bucket();
      await wire.putObject(bucket, 'a', 'one');
      const set = objectIn(await wire.patch(bucket, 'a', { [hold]: true }));
      const deleted = await wire.delete(bucket, 'a');
      return {
        metageneration: set.metageneration,
        deleted: outcome(deleted),
        message: messageOf(deleted, bucket),
        byGeneration: outcome(await wire.delete(bucket, 'a', { generation: set.generation })),
        replaced: outcome(await wire.put(bucket, 'a', 'two')),
        condition: outcome(await wire.delete(bucket, 'a', { ifGenerationMatch: '1' })),
        bytes: (await wire.media(bucket, 'a')).text,
        released: outcome(await wire.patch(bucket, 'a', { [hold]: false })),
        deletedThen: outcome(await wire.delete(bucket, 'a')),
      };
    },
    facts: {
      metageneration: '2',
      deleted: '403 forbidden',
      message: `Object 'BUCKET/a' is under active ${hold === 'temporaryHold' ? 'Temporary' : 'Event-Based'} hold and cannot be deleted, overwritten or archived until hold is removed.`,
      byGeneration: '403 forbidden',
      replaced: '403 forbidden',
      condition: '412 conditionNotMet',
      bytes: 'one',
      released: 'ok',
      deletedThen: 'ok',
    },
  })),
  {
    name: 'a retention policy keeps objects for its period',
    run: async (wire) => {
      const bucket = await wire.bucket({ retentionPolicy: { retentionPeriod: '3600' } });
      await wire.putObject(bucket, 'a', 'one');
      const object = objectIn(await wire.get(bucket, 'a')) as unknown as Readonly<
        Record<string, string | undefined>
      >;
      const expires = object['retentionExpirationTime'];
      return {
        seconds: secondsBetween(object['timeCreated'], expires),
        deleted: outcome(await wire.delete(bucket, 'a')),
        replaced: outcome(await wire.put(bucket, 'a', 'two')),
        patched: outcome(await wire.patch(bucket, 'a', { contentType: 'a/b' })),
        bytes: (await wire.media(bucket, 'a')).text,
      };
    },
    facts: {
      seconds: 3600,
      deleted: '403 retentionPolicyNotMet',
      replaced: '403 retentionPolicyNotMet',
      patched: 'ok',
      bytes: 'one',
    },
  },
];

function secondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  if (from === undefined || to === undefined) return undefined;
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

function daysBetween(from: string | undefined, to: string | undefined): number | undefined {
  const seconds = secondsBetween(from, to);
  return seconds === undefined ? undefined : Math.round(seconds / 86_400);
}
