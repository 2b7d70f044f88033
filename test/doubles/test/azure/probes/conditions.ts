import type { Probe } from '../probe.ts';
import { outcome } from '../wire.ts';
import type { Wire } from '../wire.ts';

type Headers = Readonly<Record<string, string>>;

const past = 'Mon, 01 Jan 2001 00:00:00 GMT';
const future = 'Fri, 01 Jan 2100 00:00:00 GMT';
const other = '"0x8D0000000000000"';

/** Conditional reads, writes and deletes. */
export const conditionProbes: readonly Probe[] = [
  {
    name: 'conditional reads',
    run: async (wire) => {
      const { container, etag } = await oneBlob(wire);
      const get = async (headers: Headers): Promise<string> => {
        const answer = await wire.blob('GET', container, 'a', { headers });
        return `${outcome(answer)}${answer.status === 304 ? ` ${answer.bytes.length}` : ''}`;
      };
      return {
        match: await get({ 'if-match': etag }),
        bareMatch: await get({ 'if-match': etag.replaceAll('"', '') }),
        anyMatch: await get({ 'if-match': '*' }),
        otherMatch: await get({ 'if-match': other }),
        otherBareMatch: await get({ 'if-match': other.replaceAll('"', '') }),
        noneMatch: await get({ 'if-none-match': etag }),
        otherNoneMatch: await get({ 'if-none-match': other }),
        modifiedSince: await get({ 'if-modified-since': past }),
        notModifiedSince: await get({ 'if-modified-since': future }),
        unmodifiedSince: await get({ 'if-unmodified-since': future }),
        changedSince: await get({ 'if-unmodified-since': past }),
        missing: outcome(await wire.blob('GET', container, 'b', { headers: { 'if-match': etag } })),
        anyNoneMatch: await get({ 'if-none-match': '*' }),
        oneOfTwo: await get({ 'if-match': `${other},${etag}` }),
        newerOrOther: await get({ 'if-none-match': etag, 'if-modified-since': past }),
      };
    },
    facts: {
      match: '200',
      bareMatch: '200',
      anyMatch: '200',
      otherMatch: '412 ConditionNotMet',
      otherBareMatch: '412 ConditionNotMet',
      noneMatch: '304 ConditionNotMet 0',
      otherNoneMatch: '200',
      modifiedSince: '200',
      notModifiedSince: '304 ConditionNotMet 0',
      unmodifiedSince: '200',
      changedSince: '412 ConditionNotMet',
      missing: '404 BlobNotFound',
      anyNoneMatch: '400 UnsatisfiableCondition',
      oneOfTwo: '200',
      newerOrOther: '200',
    },
  },
  {
    name: 'conditional writes',
    run: async (wire) => {
      const { container, etag } = await oneBlob(wire);
      const put = async (name: string, headers: Headers): Promise<string> =>
        outcome(await wire.put(container, name, 'new', headers));
      return {
        taken: await put('a', { 'if-none-match': '*' }),
        free: await put('b', { 'if-none-match': '*' }),
        other: await put('a', { 'if-match': other }),
        missing: await put('c', { 'if-match': etag }),
        changedSince: await put('a', { 'if-unmodified-since': past }),
        unchanged: (await wire.blob('GET', container, 'a')).text,
        match: await put('a', { 'if-match': etag }),
        matchAgain: await put('a', { 'if-match': etag }),
        changed: (await wire.blob('GET', container, 'a')).text,
      };
    },
    facts: {
      taken: '409 BlobAlreadyExists',
      free: '201',
      other: '412 ConditionNotMet',
      missing: '412 ConditionNotMet',
      changedSince: '412 ConditionNotMet',
      unchanged: 'old',
      match: '201',
      matchAgain: '412 ConditionNotMet',
      changed: 'new',
    },
  },
  {
    name: 'conditional deletes',
    run: async (wire) => {
      const { container, etag } = await oneBlob(wire);
      const remove = async (name: string, headers: Headers): Promise<string> =>
        outcome(await wire.blob('DELETE', container, name, { headers }));
      return {
        other: await remove('a', { 'if-match': other }),
        changedSince: await remove('a', { 'if-unmodified-since': past }),
        missing: await remove('b', { 'if-match': etag }),
        stillThere: (await wire.list(container)).names,
        two: await remove('a', { 'if-match': etag, 'if-none-match': other }),
        own: await remove('a', { 'if-none-match': etag }),
        match: await remove('a', { 'if-match': etag, 'if-unmodified-since': past }),
        gone: (await wire.list(container)).names,
      };
    },
    facts: {
      other: '412 ConditionNotMet',
      changedSince: '412 ConditionNotMet',
      missing: '412 ConditionNotMet',
      stillThere: ['a'],
      two: '400 MultipleConditionHeadersNotSupported',
      own: '412 ConditionNotMet',
      match: '202',
      gone: [],
    },
  },
  {
    name: 'a delete does not heed a star in If-None-Match',
    run: async (wire) => {
      const { container } = await oneBlob(wire);
      const headers = { 'if-none-match': '*' };
      return { star: outcome(await wire.blob('DELETE', container, 'a', { headers })) };
    },
    facts: { star: '202' },
  },
];

async function oneBlob(wire: Wire): Promise<{ container: string; etag: string }> {
  const container = await wire.container();
  return { container, etag: await wire.written(container, 'a', 'old') };
}
