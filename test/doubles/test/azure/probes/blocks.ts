import type { Probe } from '../probe.ts';
import { element, outcome } from '../wire.ts';
import type { Answer, Wire } from '../wire.ts';

const [id0, id1, id9] = ['block-0', 'block-1', 'block-9'].map((id) =>
  Buffer.from(id).toString('base64'),
);

/** Blobs that are made of blocks, and those that are appended to. */
export const blockProbes: readonly Probe[] = [
  {
    name: 'blocks make no blob until they are committed',
    run: async (wire) => {
      const container = await wire.container();
      const staged = await stage(wire, container, 'a', id1, 'second');
      await stage(wire, container, 'a', id0, 'first-');
      const before = {
        get: outcome(await wire.blob('GET', container, 'a')),
        listed: (await wire.list(container)).names,
        uncommitted: (await wire.list(container, { include: 'uncommittedblobs' })).names,
        blocks: await blocks(wire, container, 'a'),
      };
      const committed = await commit(wire, container, 'a', [id0, id1]);
      const after = await wire.blob('GET', container, 'a');
      return {
        staged: outcome(staged),
        stagedEtag: staged.headers.get('etag'),
        before,
        committed: outcome(committed),
        text: after.text,
        md5: after.headers.get('content-md5'),
        blocks: await blocks(wire, container, 'a'),
      };
    },
    facts: {
      staged: '201',
      stagedEtag: null,
      before: {
        get: '404 BlobNotFound',
        listed: [],
        uncommitted: ['a'],
        blocks: `200 committed: uncommitted: ${id0}=6 ${id1}=6`,
      },
      committed: '201',
      text: 'first-second',
      md5: null,
      blocks: `200 committed: ${id0}=6 ${id1}=6 uncommitted:`,
    },
  },
  {
    name: 'block lists that name what is not there are refused',
    run: async (wire) => {
      const container = await wire.container();
      await stage(wire, container, 'a', id0, 'x');
      const unknown = outcome(await commit(wire, container, 'a', [id0, id9]));
      await commit(wire, container, 'a', [id0]);
      return {
        unknown,
        taken: outcome(await commit(wire, container, 'a', [id0], { 'if-none-match': '*' })),
        keeps: outcome(await commit(wire, container, 'a', [id0, id0])),
        text: (await wire.blob('GET', container, 'a')).text,
        nothing: outcome(await commit(wire, container, 'empty', [])),
        missing: await blocks(wire, container, 'absent'),
      };
    },
    facts: {
      unknown: '400 InvalidBlockList',
      taken: '409 BlobAlreadyExists',
      keeps: '201',
      text: 'xx',
      nothing: '201',
      missing: '404 BlobNotFound',
    },
  },
  {
    name: 'blocks that can not be staged',
    run: async (wire) => {
      const container = await wire.container();
      await stage(wire, container, 'a', id0, 'x');
      const longer = Buffer.from('a-much-longer-identifier').toString('base64');
      return {
        empty: outcome(await stage(wire, container, 'a', id1, '')),
        longer: outcome(await stage(wire, container, 'a', longer, 'x')),
        noBase64: (await stage(wire, container, 'a', '%', 'x')).status,
      };
    },
    facts: {
      empty: '400 InvalidHeaderValue',
      longer: '400 InvalidBlobOrBlock',
      noBase64: 400,
    },
  },
  {
    name: 'a whole write throws staged blocks away, and so does a delete',
    run: async (wire) => {
      const container = await wire.container();
      await stage(wire, container, 'a', id0, 'x');
      await wire.written(container, 'a', 'whole');
      const afterWrite = await blocks(wire, container, 'a');
      await stage(wire, container, 'b', id0, 'x');
      const removed = outcome(await wire.blob('DELETE', container, 'b'));
      return { afterWrite, removed, left: await blocks(wire, container, 'b') };
    },
    facts: {
      afterWrite: '200 committed: uncommitted:',
      removed: '202',
      left: '404 BlobNotFound',
    },
  },
  {
    name: 'append blobs grow at their end',
    run: async (wire) => {
      const container = await wire.container();
      const created = await wire.put(container, 'log', '', { 'x-ms-blob-type': 'AppendBlob' });
      const append = (headers: Readonly<Record<string, string>>): Promise<Answer> =>
        wire.blob('PUT', container, 'log', {
          query: { comp: 'appendblock' },
          headers,
          body: 'line',
        });
      const first = await append({});
      const second = await append({ 'x-ms-blob-condition-appendpos': '4' });
      const again = await append({ 'x-ms-blob-condition-appendpos': '4' });
      const full = await append({ 'x-ms-blob-condition-maxsize': '10' });
      const head = await wire.blob('HEAD', container, 'log');
      await wire.written(container, 'block', 'x');
      const wrongType = await wire.blob('PUT', container, 'block', {
        query: { comp: 'appendblock' },
        body: 'line',
      });
      return {
        created: outcome(created),
        offsets: [first, second].map((answer) => answer.headers.get('x-ms-blob-append-offset')),
        newEtags: new Set([created, first, second].map((answer) => answer.headers.get('etag')))
          .size,
        again: outcome(again),
        full: outcome(full),
        text: (await wire.blob('GET', container, 'log')).text,
        head: ['x-ms-blob-type', 'x-ms-blob-committed-block-count'].map((name) =>
          head.headers.get(name),
        ),
        md5: head.headers.get('content-md5'),
        wrongType: outcome(wrongType),
      };
    },
    facts: {
      created: '201',
      offsets: ['0', '4'],
      newEtags: 3,
      again: '412 AppendPositionConditionNotMet',
      full: '412 MaxBlobSizeConditionNotMet',
      text: 'lineline',
      head: ['AppendBlob', '2'],
      md5: null,
      wrongType: '409 InvalidBlobType',
    },
  },
];

function stage(
  wire: Wire,
  container: string,
  name: string,
  blockid = '',
  body = '',
): Promise<Answer> {
  return wire.blob('PUT', container, name, { query: { comp: 'block', blockid }, body });
}

function commit(
  wire: Wire,
  container: string,
  name: string,
  ids: readonly (string | undefined)[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const list = ids.map((id) => `<Latest>${id}</Latest>`).join('');
  const body = `<?xml version="1.0" encoding="utf-8"?><BlockList>${list}</BlockList>`;
  return wire.blob('PUT', container, name, { query: { comp: 'blocklist' }, headers, body });
}

async function blocks(wire: Wire, container: string, name: string): Promise<string> {
  const answer = await wire.blob('GET', container, name, {
    query: { comp: 'blocklist', blocklisttype: 'all' },
  });
  if (answer.status !== 200) return outcome(answer);
  const [committed = '', uncommitted = ''] = answer.text.split('<UncommittedBlocks');
  const shown = (text: string): string =>
    [...text.matchAll(/<Block>.*?<\/Block>/gu)]
      .map(([block]) => ` ${element(block, 'Name')}=${element(block, 'Size')}`)
      .join('');
  return `${outcome(answer)} committed:${shown(committed)} uncommitted:${shown(uncommitted)}`;
}
