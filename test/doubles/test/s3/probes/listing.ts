import type { Probe } from '../probe.ts';
import { outcome, partsOf, shown, textOf } from '../reading.ts';
import type { Wire } from '../wire.ts';

const TREE = ['a-', 'a/', 'a/1', 'a/2/x', 'a/2/y', 'a0', 'b/1', 'c'];

type Query = Readonly<Record<string, string>>;

/** Lists a tree in several ways, by name. */
async function listings(
  wire: Wire,
  queries: Readonly<Record<string, Query>>,
  kind?: Query,
): Promise<Record<string, string>> {
  const bucket = await wire.fill(await wire.bucket(), TREE);
  const found: Record<string, string> = {};
  for (const [name, query] of Object.entries(queries)) {
    found[name] = shown(await wire.list(bucket, query, kind));
  }
  return found;
}

/** All pages of a listing, as they come; at most twenty. */
async function pages(wire: Wire, bucket: string, query: Query): Promise<string[]> {
  const found: string[] = [];
  let token: string | undefined;
  do {
    const answer = await wire.list(bucket, {
      ...query,
      ...(token === undefined ? {} : { 'continuation-token': token }),
    });
    found.push(`${shown(answer)} (${textOf(answer, 'KeyCount')})`);
    token = textOf(answer, 'NextContinuationToken');
  } while (token !== undefined && found.length < 20);
  return found;
}

/** ListObjectsV2: what it shows, and how it is cut into pages. */
export const listingProbes: readonly Probe[] = [
  {
    name: 'prefixes and delimiters',
    run: (wire) =>
      listings(wire, {
        all: {},
        prefix: { prefix: 'a/' },
        noSlash: { prefix: 'a' },
        nothing: { prefix: 'x' },
        top: { delimiter: '/' },
        children: { prefix: 'a/', delimiter: '/' },
        inName: { prefix: 'a/2', delimiter: '/' },
        longDelimiter: { delimiter: '/2/' },
        emptyDelimiter: { delimiter: '' },
      }),
    facts: {
      all: 'a- a/ a/1 a/2/x a/2/y a0 b/1 c |',
      prefix: 'a/ a/1 a/2/x a/2/y |',
      noSlash: 'a- a/ a/1 a/2/x a/2/y a0 |',
      nothing: '|',
      top: 'a- a0 c | a/ b/',
      children: 'a/ a/1 | a/2/',
      inName: '| a/2/',
      longDelimiter: 'a- a/ a/1 a0 b/1 c | a/2/',
      emptyDelimiter: 'a- a/ a/1 a/2/x a/2/y a0 b/1 c |',
    },
  },
  {
    name: 'start-after: absent, present, before and inside of a prefix, of a group',
    run: (wire) =>
      listings(wire, {
        present: { 'start-after': 'a/1' },
        absent: { 'start-after': 'a/15' },
        last: { 'start-after': 'c' },
        ancestor: { prefix: 'a/2/', 'start-after': 'a' },
        sibling: { prefix: 'a/', 'start-after': 'A' },
        inside: { prefix: 'a/', 'start-after': 'a/2/x' },
        behind: { prefix: 'a/', 'start-after': 'b' },
        beforeGroup: { delimiter: '/', 'start-after': 'a-' },
        atGroup: { delimiter: '/', 'start-after': 'a/' },
        inGroup: { delimiter: '/', 'start-after': 'a/1' },
      }),
    facts: {
      present: 'a/2/x a/2/y a0 b/1 c |',
      absent: 'a/2/x a/2/y a0 b/1 c |',
      last: '|',
      ancestor: 'a/2/x a/2/y |',
      sibling: 'a/ a/1 a/2/x a/2/y |',
      inside: 'a/2/y |',
      behind: '|',
      beforeGroup: 'a0 c | a/ b/',
      atGroup: 'a0 c | b/',
      inGroup: 'a0 c | b/',
    },
  },
  {
    name: 'pages count keys and groups, and say what follows',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), TREE);
      return {
        ones: await pages(wire, bucket, { 'max-keys': '1', delimiter: '/' }),
        threes: await pages(wire, bucket, { 'max-keys': '3' }),
        whole: await pages(wire, bucket, { 'max-keys': '8' }),
        startAfter: await pages(wire, bucket, { 'max-keys': '2', 'start-after': 'a/2/y' }),
      };
    },
    facts: {
      ones: ['a- | (1)', '| a/ (1)', 'a0 | (1)', '| b/ (1)', 'c | (1)'],
      threes: ['a- a/ a/1 | (3)', 'a/2/x a/2/y a0 | (3)', 'b/1 c | (2)'],
      whole: ['a- a/ a/1 a/2/x a/2/y a0 b/1 c | (8)'],
      startAfter: ['a0 b/1 | (2)', 'c | (1)'],
    },
  },
  {
    name: 'what a page tells of itself',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), ['a', 'b']);
      const first = await wire.list(bucket, { 'max-keys': '1', 'start-after': '0', prefix: '' });
      const token = textOf(first, 'NextContinuationToken') ?? '';
      const second = await wire.list(bucket, { 'continuation-token': token });
      const [entry = { text: '' }] = partsOf(first, 'Contents');
      return {
        name: textOf(first, 'Name') === bucket,
        prefix: textOf(first, 'Prefix'),
        maxKeys: textOf(first, 'MaxKeys'),
        startAfter: textOf(first, 'StartAfter'),
        truncated: [textOf(first, 'IsTruncated'), textOf(second, 'IsTruncated')],
        ownToken: textOf(second, 'ContinuationToken') === token,
        nextToken: textOf(second, 'NextContinuationToken'),
        type: first.headers['content-type'],
        size: textOf(entry, 'Size'),
        etag: textOf(entry, 'ETag'),
        modified: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(
          textOf(entry, 'LastModified') ?? '',
        ),
        storageClass: textOf(entry, 'StorageClass'),
        owner: partsOf(first, 'Owner').length,
        askedOwner: partsOf(await wire.list(bucket, { 'fetch-owner': 'true' }), 'Owner').length,
      };
    },
    facts: {
      name: true,
      prefix: '',
      maxKeys: '1',
      startAfter: '0',
      truncated: ['true', 'false'],
      ownToken: true,
      nextToken: undefined,
      type: 'application/xml',
      size: '1',
      etag: '"0cc175b9c0f1b6a831c399e269772661"',
      modified: true,
      storageClass: 'STANDARD',
      owner: 0,
      askedOwner: 2,
    },
  },
  {
    name: 'tokens are opaque and good for their own listing',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), TREE);
      const page = await wire.list(bucket, { 'max-keys': '1', prefix: 'a/' });
      const token = textOf(page, 'NextContinuationToken') ?? '';
      const ask = async (query: Query): Promise<string> => outcome(await wire.list(bucket, query));
      return {
        isKey: token === 'a/',
        own: await ask({ prefix: 'a/', 'continuation-token': token }),
        madeUp: await ask({ 'continuation-token': 'made-up' }),
        empty: await ask({ 'continuation-token': '' }),
        otherPrefix: await ask({ prefix: 'b/', 'continuation-token': token }),
      };
    },
    facts: {
      isKey: false,
      own: '200',
      madeUp: '400 InvalidArgument',
      empty: '400 InvalidArgument',
      otherPrefix: '400 InvalidArgument',
    },
  },
  {
    name: 'max-keys: none, too many, no number',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), ['a']);
      const ask = async (value: string): Promise<string> => {
        const answer = await wire.list(bucket, { 'max-keys': value });
        if (answer.status !== 200) return outcome(answer);
        const [limit, count] = [textOf(answer, 'MaxKeys'), textOf(answer, 'KeyCount')];
        return `${limit} ${count} ${textOf(answer, 'IsTruncated')}`;
      };
      return {
        zero: await ask('0'),
        beyond: await ask('5000'),
        negative: await ask('-1'),
        word: await ask('many'),
      };
    },
    facts: {
      zero: '0 0 false',
      beyond: '1000 1 false',
      negative: '400 InvalidArgument',
      word: '400 InvalidArgument',
    },
  },
  {
    name: 'ListObjects goes on from a name',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), TREE);
      const ask = async (query: Query): Promise<string> => {
        const answer = await wire.list(bucket, query, {});
        return `${shown(answer)} ${textOf(answer, 'IsTruncated')} ${textOf(answer, 'NextMarker')}`;
      };
      return {
        all: await ask({}),
        plain: await ask({ 'max-keys': '2' }),
        groups: await ask({ 'max-keys': '2', delimiter: '/' }),
        atGroup: await ask({ marker: 'a/', delimiter: '/' }),
        inGroup: await ask({ marker: 'a/1', delimiter: '/' }),
        beforeGroup: await ask({ marker: 'a-', delimiter: '/' }),
        owners: partsOf(await wire.list(bucket, {}, {}), 'Owner').length,
      };
    },
    facts: {
      all: 'a- a/ a/1 a/2/x a/2/y a0 b/1 c | false undefined',
      plain: 'a- a/ | true undefined',
      groups: 'a- | a/ true a/',
      atGroup: 'a0 c | b/ false undefined',
      inGroup: 'a0 c | b/ false undefined',
      beforeGroup: 'a0 c | a/ b/ false undefined',
      owners: 8,
    },
  },
  {
    name: 'a listing goes on while keys come and go',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), ['b', 'd', 'f', 'h']);
      const first = await wire.list(bucket, { 'max-keys': '2' });
      await wire.fill(bucket, ['a', 'c', 'e']);
      for (const key of ['d', 'f']) await wire.delete(bucket, key);
      const token = textOf(first, 'NextContinuationToken') ?? '';
      return {
        first: shown(first),
        rest: shown(await wire.list(bucket, { 'continuation-token': token })),
      };
    },
    facts: { first: 'b d |', rest: 'e h |' },
  },
];
