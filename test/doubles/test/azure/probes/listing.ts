import type { Probe } from '../probe.ts';
import { element, outcome } from '../wire.ts';
import type { Listing, Wire } from '../wire.ts';

const tree = ['a', 'a-b', 'a.b', 'a/b', 'a/c/d', 'a/c/e', 'a0', 'b/1', 'B', 'c', 'é', 'Ω'] as const;

/** What listings show, and how they are cut into pages. */
export const listingProbes: readonly Probe[] = [
  {
    name: 'names come in the order of their bytes',
    run: async (wire) => {
      const container = await treeIn(wire);
      return {
        all: (await wire.list(container)).names,
        prefix: (await wire.list(container, { prefix: 'a/' })).names,
        noSlash: (await wire.list(container, { prefix: 'a' })).names,
        nothing: (await wire.list(container, { prefix: 'zzz' })).names,
      };
    },
    facts: {
      all: ['B', 'a', 'a-b', 'a.b', 'a/b', 'a/c/d', 'a/c/e', 'a0', 'b/1', 'c', 'é', 'Ω'],
      prefix: ['a/b', 'a/c/d', 'a/c/e'],
      noSlash: ['a', 'a-b', 'a.b', 'a/b', 'a/c/d', 'a/c/e', 'a0'],
      nothing: [],
    },
  },
  {
    name: 'delimiters make groups, which stand among the blobs',
    run: async (wire) => {
      const container = await treeIn(wire);
      return {
        top: (await wire.list(container, { delimiter: '/' })).names,
        below: (await wire.list(container, { delimiter: '/', prefix: 'a/' })).names,
        long: (await wire.list(container, { delimiter: 'c/' })).names,
      };
    },
    facts: {
      top: ['B', 'a', 'a-b', 'a.b', 'a/', 'a0', 'b/', 'c', 'é', 'Ω'],
      below: ['a/b', 'a/c/'],
      long: ['B', 'a', 'a-b', 'a.b', 'a/b', 'a/c/', 'a0', 'b/1', 'c', 'é', 'Ω'],
    },
  },
  {
    name: 'pages come one after another until there is no marker',
    run: async (wire) => {
      const container = await treeIn(wire);
      const flat = await pages(wire, container, { maxresults: '5' });
      const grouped = await pages(wire, container, { maxresults: '3', delimiter: '/' });
      const again = await wire.list(container, { maxresults: '5', marker: flat[0]?.next ?? '' });
      return {
        flat: flat.map(({ names }) => names.join(' ')),
        grouped: grouped.map(({ names }) => names.join(' ')),
        again: again.names.join(' '),
      };
    },
    facts: {
      flat: ['B a a-b a.b a/b', 'a/c/d a/c/e a0 b/1 c', 'é Ω'],
      grouped: ['B a a-b', 'a.b a/ a0', 'b/ c é', 'Ω'],
      again: 'a/c/d a/c/e a0 b/1 c',
    },
  },
  {
    name: 'a whole number of pages has no empty one at its end',
    run: async (wire) => {
      const container = await treeIn(wire);
      const found = await pages(wire, container, { maxresults: '6' });
      return { sizes: found.map(({ names }) => names.length) };
    },
    facts: { sizes: [6, 6] },
  },
  {
    name: 'what a listing repeats of its request',
    run: async (wire) => {
      const container = await treeIn(wire);
      const plain = (await wire.list(container)).answer;
      const asked = (await wire.list(container, { prefix: 'a', delimiter: '/', maxresults: '7' }))
        .answer;
      const parts = ['Prefix', 'Marker', 'MaxResults', 'Delimiter'];
      return {
        plain: parts.filter((name) => plain.text.includes(`<${name}>`)),
        asked: parts.map((name) => element(asked.text, name)),
        container: /ContainerName="([^"]*)"/u.exec(plain.text)?.[1] === container,
        type: plain.headers.get('content-type'),
        length: plain.headers.get('content-length'),
        byteOrderMark: plain.bytes.subarray(0, 3).toString('hex'),
        noNext: plain.text.includes('<NextMarker />'),
      };
    },
    facts: {
      plain: [],
      asked: ['a', '', '7', '/'],
      container: true,
      type: 'application/xml',
      length: null,
      byteOrderMark: 'efbbbf',
      noNext: true,
    },
  },
  {
    name: 'what a listing says of a blob',
    run: async (wire) => {
      const container = await wire.container();
      const etag = await wire.written(container, 'a', 'hello', {
        'x-ms-blob-content-type': 'text/x-test',
        'x-ms-meta-Colour': 'a&b',
      });
      const { text } = (await wire.list(container, { include: 'metadata' })).answer;
      const plain = (await wire.list(container)).answer.text;
      return {
        bareEtag: element(text, 'Etag') === etag.replaceAll('"', ''),
        properties: ['Content-Length', 'Content-Type', 'Content-MD5', 'BlobType', 'LeaseState'].map(
          (name) => element(text, name),
        ),
        modified: Number.isNaN(Date.parse(element(text, 'Last-Modified'))),
        metadata: /<Metadata>(.*)<\/Metadata>/u.exec(text)?.[1]?.toLowerCase(),
        unasked: plain.includes('<Metadata'),
      };
    },
    facts: {
      bareEtag: true,
      properties: ['5', 'text/x-test', 'XUFAKrxLKna5cZ2REBfFkg==', 'BlockBlob', 'available'],
      modified: false,
      metadata: '<colour>a&amp;b</colour>',
      unasked: false,
    },
  },
  {
    name: 'names that XML can not carry',
    run: async (wire) => {
      const container = await wire.container();
      await wire.written(container, 'a&b<c>"d', '1');
      await wire.written(container, '100%-\u{fffe}/name', '2');
      const { text } = (await wire.list(container)).answer;
      const names = text.matchAll(/<Name[^/]*?>[^<]*<\/Name>/gu);
      return {
        names: [...names].map(([name]) => name.replaceAll('"', "'")),
      };
    },
    facts: {
      names: [
        "<Name Encoded='true'>100%25-%EF%BF%BE%2Fname</Name>",
        "<Name>a&amp;b&lt;c&gt;'d</Name>",
      ],
    },
  },
  {
    name: 'names with slashes in odd places',
    run: async (wire) => {
      const container = await wire.container();
      const names = [
        '/leading',
        '//two',
        'double//slash',
        'trailing/',
        'space /x',
        '..dots',
        'back\\slash',
      ];
      for (const name of names) await wire.written(container, name, name);
      const listed = (await wire.list(container)).names;
      const read = await Promise.all(listed.map((name) => wire.blob('GET', container, name)));
      return {
        listed,
        read: read.map((answer) => answer.text),
        root: (await wire.list(container, { prefix: '//' })).names,
        grouped: (await wire.list(container, { delimiter: '/' })).names,
      };
    },
    facts: {
      listed: [
        '..dots',
        '//two',
        '/leading',
        'back/slash',
        'double//slash',
        'space /x',
        'trailing/',
      ],
      read: [
        '..dots',
        '//two',
        '/leading',
        'back\\slash',
        'double//slash',
        'space /x',
        'trailing/',
      ],
      root: ['//two'],
      grouped: ['..dots', '/', 'back/', 'double/', 'space /', 'trailing/'],
    },
  },
  {
    name: 'what a listing refuses',
    run: async (wire) => {
      const container = await treeIn(wire);
      const list = async (query: Readonly<Record<string, string>>): Promise<string> =>
        outcome((await wire.list(container, query)).answer);
      return {
        zero: await list({ maxresults: '0' }),
        negative: await list({ maxresults: '-1' }),
        huge: await list({ maxresults: '50000' }),
        include: await list({ include: 'sandwiches' }),
        marker: await list({ marker: 'not-a-marker' }),
      };
    },
    facts: {
      zero: '400 OutOfRangeQueryParameterValue',
      negative: '400 OutOfRangeQueryParameterValue',
      huge: '200',
      include: '400 InvalidQueryParameterValue',
      marker: '400 InvalidQueryParameterValue',
    },
  },
];

async function treeIn(wire: Wire): Promise<string> {
  const container = await wire.container();
  for (const name of tree) await wire.written(container, name);
  return container;
}

async function pages(
  wire: Wire,
  container: string,
  query: Readonly<Record<string, string>>,
): Promise<Listing[]> {
  const found = [await wire.list(container, query)];
  for (let marker = found[0]?.next ?? ''; marker !== ''; marker = found.at(-1)?.next ?? '') {
    found.push(await wire.list(container, { ...query, marker }));
    if (found.length > 20) throw new Error('the listing has no end');
  }
  return found;
}
