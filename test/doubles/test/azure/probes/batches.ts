import { sendBatch } from '../batch.ts';
import type { PartAnswer, PartRequest } from '../batch.ts';
import type { Probe } from '../probe.ts';
import { outcome } from '../wire.ts';
import type { Wire } from '../wire.ts';

/** Many deletes in one request. */
export const batchProbes: readonly Probe[] = [
  {
    name: 'each part of a batch has an outcome of its own',
    run: async (wire) => {
      const container = await wire.container();
      for (const name of ['a', 'ü&<>', 'd//e', 'snap']) await wire.written(container, name);
      await wire.blob('PUT', container, 'snap', { query: { comp: 'snapshot' } });
      const { answer, parts } = await sendBatch(wire, [
        { container, name: 'a' },
        { container, name: 'missing' },
        { container, name: 'ü&<>' },
        { container, name: 'snap' },
        { container, name: 'd//e', headers: { 'if-match': '"0x8D0000000000000"' } },
        { container: 'no-such-container', name: 'a' },
      ]);
      return {
        status: outcome(answer),
        type: answer.headers.get('content-type')?.replace(/_.*/u, ''),
        parts: parts.map(shown),
        body: parts[1]?.text.includes('<Code>BlobNotFound</Code>'),
        left: (await wire.list(container)).names,
      };
    },
    facts: {
      status: '202',
      type: 'multipart/mixed; boundary=batchresponse',
      parts: [
        '0: 202',
        '1: 404 BlobNotFound',
        '2: 202',
        '3: 409 SnapshotsPresent',
        '4: 412 ConditionNotMet',
        '5: 404 ContainerNotFound',
      ],
      body: true,
      left: ['d//e', 'snap'],
    },
  },
  {
    name: 'a batch for one container takes only its blobs',
    run: async (wire) => {
      const container = await wire.container();
      const other = await wire.container();
      await wire.written(container, 'a');
      await wire.written(other, 'b');
      const own = await sendBatch(wire, [{ container, name: 'a' }], { container });
      const foreign = await sendBatch(wire, [{ container: other, name: 'b' }], { container });
      return {
        own: own.parts.map(shown),
        foreign: foreign.parts.map(shown),
        left: (await wire.list(other)).names,
      };
    },
    facts: { own: ['0: 202'], foreign: ['-: 400 InvalidInput'], left: ['b'] },
  },
  {
    name: 'parts are authorized one by one',
    run: async (wire) => {
      const container = await wire.container();
      for (const name of ['a', 'b', 'c']) await wire.written(container, name);
      const { parts } = await sendBatch(wire, [
        { container, name: 'a', authorize: 'nothing' },
        { container, name: 'b', authorize: 'wrong key' },
        { container, name: 'c' },
      ]);
      return { parts: parts.map(shown), left: (await wire.list(container)).names };
    },
    facts: {
      parts: ['0: 401 NoAuthenticationInformation', '1: 403 AuthenticationFailed', '2: 202'],
      left: ['a', 'b'],
    },
  },
  {
    name: 'without ids, answers come in the order of the parts',
    run: async (wire) => {
      const container = await wire.container();
      await wire.written(container, 'b');
      const requests = ['a', 'b', 'c'].map((name) => ({ container, name }));
      const { parts } = await sendBatch(wire, requests, { ids: false });
      return { parts: parts.map(shown) };
    },
    facts: { parts: ['-: 404 BlobNotFound', '-: 202', '-: 404 BlobNotFound'] },
  },
  {
    name: 'a batch has at most 256 parts, of one kind',
    run: async (wire) => {
      const container = await wire.container();
      await wire.written(container, 'a');
      const missing = (count: number): PartRequest[] =>
        Array.from({ length: count }, (_, index) => ({ container, name: `missing-${index}` }));
      const most = await sendBatch(wire, missing(256));
      const tooMany = await sendBatch(wire, [...missing(256), { container, name: 'a' }]);
      const mixed = await sendBatch(wire, [
        { container, name: 'a' },
        {
          container,
          name: 'a',
          method: 'PUT',
          query: '?comp=tier',
          headers: { 'x-ms-access-tier': 'Cool' },
        },
      ]);
      return {
        most: most.parts.length,
        tooMany: tooMany.parts.map(shown),
        mixed: mixed.parts.map(shown),
        left: (await wire.list(container)).names,
      };
    },
    facts: {
      most: 256,
      tooMany: ['-: 400 ExceedsMaxBatchRequestCount'],
      mixed: ['-: 400 AllBatchSubRequestsShouldBeSameApi'],
      left: ['a'],
    },
  },
  {
    name: 'what is no batch is refused',
    run: async (wire) => {
      const send = async (type: string, body: string): Promise<string> =>
        outcome(await posted(wire, type, body));
      return {
        type: await send('text/plain', 'hello'),
        huge: await send('multipart/mixed; boundary=batch_x', 'x'.repeat(4 * 1024 * 1024 + 1)),
      };
    },
    facts: { type: '400 InvalidHeaderValue', huge: '413 RequestBodyTooLarge' },
  },
];

function posted(wire: Wire, type: string, body: string): ReturnType<Wire['send']> {
  return wire.send('POST', '/', {
    query: { comp: 'batch' },
    headers: { 'content-type': type },
    body,
  });
}

function shown({ id, status, code }: PartAnswer): string {
  return `${id ?? '-'}: ${status}${code === undefined ? '' : ` ${code}`}`;
}
