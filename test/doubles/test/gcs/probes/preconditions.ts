import type { Probe } from '../probe.ts';
import type { Answer, Wire } from '../wire.ts';
import { outcome } from '../wire.ts';

type Query = Readonly<Record<string, string>>;

/** The conditions under which each verb is tried; `own` stands for the object's generation. */
const CONDITIONS: readonly (readonly [name: string, value: string])[] = [
  ['ifGenerationMatch', 'own'],
  ['ifGenerationMatch', '123'],
  ['ifGenerationMatch', '0'],
  ['ifGenerationNotMatch', 'own'],
  ['ifGenerationNotMatch', '123'],
  ['ifMetagenerationMatch', '1'],
  ['ifMetagenerationMatch', '2'],
  ['ifMetagenerationNotMatch', '1'],
  ['ifMetagenerationNotMatch', '2'],
];

/** In the order of {@link CONDITIONS}, for an object that is there. */
const THERE = 'ok 412 412 304 ok ok 412 304 ok';
/** For one that is not. */
const MISSING = '404 404 404 404 404 404 404 404 404';

type Verb = (wire: Wire, bucket: string, name: string, query: Query) => Promise<Answer>;

const VERBS: readonly (readonly [verb: string, run: Verb])[] = [
  ['get', (wire, bucket, name, query) => wire.get(bucket, name, query)],
  ['media', (wire, bucket, name, query) => wire.media(bucket, name, {}, query)],
  ['put', (wire, bucket, name, query) => wire.put(bucket, name, 'x', query)],
  ['patch', (wire, bucket, name, query) => wire.patch(bucket, name, CHANGE, query)],
  ['delete', (wire, bucket, name, query) => wire.delete(bucket, name, query)],
];

const CHANGE = { contentType: 'a/b' };

/** Generations as conditions. */
export const preconditionProbes: readonly Probe[] = [
  ...VERBS.map(([verb, run]): Probe => ({
    name: `conditions of ${verb}`,
    run: async (wire) => {
      const bucket = await wire.bucket();
      const statuses = [];
      for (const [index, [condition, value]] of CONDITIONS.entries()) {
        const name = `o${index}`;
        const { generation } = await wire.putObject(bucket, name, 'x');
        const query = { [condition]: value === 'own' ? generation : value };
        statuses.push(shown(await run(wire, bucket, name, query)));
      }
      return { statuses: statuses.join(' ') };
    },
    facts: { statuses: THERE },
  })),
  {
    name: 'conditions on what is not there',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const found: Record<string, string> = {};
      for (const [verb, run] of VERBS) {
        const statuses = [];
        for (const [index, [condition, value]] of CONDITIONS.entries()) {
          const query = { [condition]: value === 'own' ? '1' : value };
          statuses.push(shown(await run(wire, bucket, `no${verb}${index}`, query)));
        }
        found[verb] = statuses.join(' ');
      }
      return found;
    },
    facts: {
      get: MISSING,
      media: MISSING,
      put: '412 412 ok 412 412 412 412 412 412',
      patch: MISSING,
      delete: MISSING,
    },
  },
  {
    name: 'a refused write changes nothing, and says why',
    run: async (wire) => {
      const bucket = await wire.bucket();
      await wire.putObject(bucket, 'a', 'kept');
      const wrong = { ifGenerationMatch: '123' };
      return {
        put: outcome(await wire.put(bucket, 'a', 'new', wrong)),
        absent: outcome(await wire.put(bucket, 'a', 'new', { ifGenerationMatch: '0' })),
        delete: outcome(await wire.delete(bucket, 'a', wrong)),
        patch: outcome(await wire.patch(bucket, 'a', CHANGE, wrong)),
        bytes: (await wire.media(bucket, 'a')).text,
      };
    },
    facts: {
      put: '412 conditionNotMet',
      absent: '412 conditionNotMet',
      delete: '412 conditionNotMet',
      patch: '412 conditionNotMet',
      bytes: 'kept',
    },
  },
  {
    name: 'of many that write if there is none, one does',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          wire.put(bucket, 'a', `writer ${index}`, { ifGenerationMatch: '0' }),
        ),
      );
      const statuses = answers.map(({ status }) => status);
      return {
        wrote: statuses.filter((status) => status === 200).length,
        refused: statuses.filter((status) => status === 412).length,
      };
    },
    facts: { wrote: 1, refused: 19 },
  },
  {
    name: 'conditions that exclude one another, and ones that are no numbers',
    run: async (wire) => {
      const bucket = await wire.bucket();
      await wire.putObject(bucket, 'a');
      const both = { ifGenerationMatch: '1', ifGenerationNotMatch: '2' };
      return {
        both: outcome(await wire.get(bucket, 'a', both)),
        word: outcome(await wire.delete(bucket, 'a', { ifGenerationMatch: 'one' })),
        left: await wire.names(bucket),
      };
    },
    facts: { both: '400 invalid', word: '400 invalid', left: ['a'] },
  },
];

function shown({ status }: Answer): string {
  return status >= 200 && status < 300 ? 'ok' : `${status}`;
}
