import type { Probe } from '../probe.ts';
import { blobPath, outcome } from '../wire.ts';
import type { Answer, Wire } from '../wire.ts';

/** Copies on the server's side, and small changes to what is there. */
export const copyProbes: readonly Probe[] = [
  {
    name: 'a copy has the bytes, the headers and the metadata of its source',
    run: async (wire) => {
      const container = await wire.container();
      const etag = await wire.written(container, 'from', 'hello', {
        'content-type': 'text/x-test',
        'x-ms-meta-a': '1',
      });
      const copied = await copy(wire, container, 'from', 'to');
      const to = await wire.blob('GET', container, 'to');
      return {
        copied: outcome(copied),
        status: copied.headers.get('x-ms-copy-status'),
        id: (copied.headers.get('x-ms-copy-id') ?? '').length > 0,
        newEtag: to.headers.get('etag') !== etag,
        text: to.text,
        headers: ['content-type', 'content-md5', 'x-ms-meta-a', 'x-ms-copy-status'].map((name) =>
          to.headers.get(name),
        ),
        source: (await wire.blob('GET', container, 'from')).text,
      };
    },
    facts: {
      copied: '202',
      status: 'success',
      id: true,
      newEtag: true,
      text: 'hello',
      headers: ['text/x-test', 'XUFAKrxLKna5cZ2REBfFkg==', '1', 'success'],
      source: 'hello',
    },
  },
  {
    name: 'copies that can not be made',
    run: async (wire) => {
      const container = await wire.container();
      await wire.written(container, 'from', 'hello');
      await wire.written(container, 'taken', 'mine');
      const other = '"0x8D0000000000000"';
      return {
        missing: outcome(await copy(wire, container, 'absent', 'to')),
        taken: outcome(await copy(wire, container, 'from', 'taken', { 'if-none-match': '*' })),
        target: outcome(await copy(wire, container, 'from', 'taken', { 'if-match': other })),
        source: outcome(
          await copy(wire, container, 'from', 'to', { 'x-ms-source-if-match': other }),
        ),
        abort: outcome(
          await wire.blob('PUT', container, 'from', {
            query: { comp: 'copy', copyid: '11111111-2222-3333-4444-555555555555' },
            headers: { 'x-ms-copy-action': 'abort' },
          }),
        ),
        left: (await wire.list(container)).names,
      };
    },
    facts: {
      missing: '404 BlobNotFound',
      target: '412 TargetConditionNotMet',
      taken: '409 BlobAlreadyExists',
      source: '412 SourceConditionNotMet',
      abort: '409 NoPendingCopyOperation',
      left: ['from', 'taken'],
    },
  },
  {
    name: 'metadata and properties are replaced as a whole',
    run: async (wire) => {
      const container = await wire.container();
      await wire.written(container, 'a', 'x', {
        'x-ms-meta-a': '1',
        'content-type': 'text/x-test',
      });
      const set = async (
        comp: string,
        headers: Readonly<Record<string, string>>,
      ): Promise<string> =>
        outcome(await wire.blob('PUT', container, 'a', { query: { comp }, headers }));
      const metadata = await set('metadata', { 'x-ms-meta-b': '2' });
      const properties = await set('properties', { 'x-ms-blob-cache-control': 'no-cache' });
      const head = await wire.blob('HEAD', container, 'a');
      return {
        metadata,
        properties,
        head: ['x-ms-meta-a', 'x-ms-meta-b', 'cache-control'].map((name) => head.headers.get(name)),
        missing: outcome(await wire.blob('PUT', container, 'b', { query: { comp: 'metadata' } })),
      };
    },
    facts: {
      metadata: '200',
      properties: '200',
      head: [null, '2', 'no-cache'],
      missing: '404 BlobNotFound',
    },
  },
  {
    name: 'tags',
    run: async (wire) => {
      const container = await wire.container();
      await wire.written(container, 'a', 'x', { 'x-ms-tags': 'k=v&k2=v%202' });
      const get = await wire.blob('GET', container, 'a', { query: { comp: 'tags' } });
      const listed = (await wire.list(container, { include: 'tags' })).answer.text;
      const head = await wire.blob('HEAD', container, 'a');
      return {
        get: tags(get.text),
        listed: tags(listed),
        unasked: tags((await wire.list(container)).answer.text),
        count: head.headers.get('x-ms-tag-count'),
      };
    },
    facts: { get: 'k=v k2=v 2', listed: 'k=v k2=v 2', unasked: '', count: '2' },
  },
];

function copy(
  wire: Wire,
  container: string,
  from: string,
  to: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const source = wire.endpoint.url + blobPath(container, from);
  return wire.blob('PUT', container, to, { headers: { 'x-ms-copy-source': source, ...headers } });
}

function tags(text: string): string {
  const found = text.matchAll(/<Key>(.*?)<\/Key><Value>(.*?)<\/Value>/gu);
  return [...found].map(([, key, value]) => `${key}=${value}`).join(' ');
}
