import type { Probe } from '../probe.ts';
import type { Answer, Wire } from '../wire.ts';
import { objectPath, outcome } from '../wire.ts';

/** Many calls in one request. */
export const bulkProbes: readonly Probe[] = [
  {
    name: 'a batch answers each of its calls',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const { generation } = await wire.putObject(bucket, 'a b/c', 'x');
      await wire.putObject(bucket, 'b', 'x');
      await wire.putObject(bucket, 'd', 'x');
      const answer = await batch(wire, [
        `DELETE ${objectPath(bucket, 'a b/c')}?ifGenerationMatch=${generation}`,
        `DELETE ${objectPath(bucket, 'b')}?ifGenerationMatch=1`,
        `DELETE ${objectPath(bucket, 'no')}`,
        `GET ${objectPath(bucket, 'd')}?fields=name`,
        `DELETE ${objectPath(bucket, 'd')}`,
      ]);
      return {
        status: answer.status,
        type: answer.headers.get('content-type')?.split(';')[0],
        parts: partsOf(answer),
        left: await wire.names(bucket),
      };
    },
    facts: {
      status: 200,
      type: 'multipart/mixed',
      parts: [
        '<response-call+0> ok',
        '<response-call+1> 412 conditionNotMet',
        '<response-call+2> 404 notFound',
        '<response-call+3> ok d',
        '<response-call+4> ok',
      ],
      left: ['b'],
    },
  },
  {
    name: 'a batch of the most calls there can be',
    run: async (wire) => {
      const bucket = await wire.bucket();
      await wire.putObject(bucket, 'last', 'x');
      const calls = Array.from({ length: 99 }, (_, i) => `DELETE ${objectPath(bucket, `no${i}`)}`);
      const answer = await batch(wire, [...calls, `DELETE ${objectPath(bucket, 'last')}`]);
      return {
        status: answer.status,
        statuses: [...new Set(partsOf(answer).map((part) => part.split(' ')[1]))],
        count: partsOf(answer).length,
        left: await wire.names(bucket),
      };
    },
    facts: { status: 200, statuses: ['404', 'ok'], count: 100, left: [] },
  },
  {
    name: 'a batch of too many calls does nothing',
    run: async (wire) => {
      const bucket = await wire.bucket();
      await wire.putObject(bucket, 'a', 'x');
      const calls = Array.from({ length: 101 }, () => `DELETE ${objectPath(bucket, 'a')}`);
      return { status: (await batch(wire, calls)).status, left: await wire.names(bucket) };
    },
    facts: { status: 400, left: ['a'] },
  },
  {
    name: 'many objects are deleted by one call of the XML API',
    run: async (wire) => {
      const bucket = await wire.bucket({ versioning: { enabled: true } });
      await wire.putObject(bucket, 'a&b', 'x');
      const { generation } = await wire.putObject(bucket, 'v', 'x');
      await wire.putObject(bucket, 'held', 'x');
      await wire.patch(bucket, 'held', { temporaryHold: true });
      const answer = await deleteMany(wire, bucket, [
        '<Key>a&amp;b</Key>',
        `<Key>v</Key><VersionId>${generation}</VersionId>`,
        '<Key>held</Key>',
      ]);
      return {
        status: answer.status,
        outcomes: outcomesIn(answer, generation),
        live: await wire.names(bucket),
        versions: await wire.names(bucket, { versions: 'true' }),
      };
    },
    facts: {
      status: 200,
      outcomes: ['Deleted a&b', 'Deleted v GENERATION', 'Error held ObjectUnderActiveHold'],
      live: ['held'],
      versions: ['a&b', 'held'],
    },
  },
  {
    name: 'calls of the XML API that are not fit',
    run: async (wire) => {
      const bucket = await wire.bucket();
      await wire.putObject(bucket, 'a', 'x');
      const many = Array.from({ length: 1001 }, () => '<Key>a</Key>');
      const quiet = await deleteMany(wire, bucket, ['<Key>a</Key>'], '<Quiet>True</Quiet>');
      return {
        quiet: [quiet.status, outcomesIn(quiet)],
        tooMany: (await deleteMany(wire, bucket, many)).status,
        none: (await deleteMany(wire, bucket, [])).status,
        noBucket: (await deleteMany(wire, `${bucket}-no`, ['<Key>a</Key>'])).status,
      };
    },
    facts: { quiet: [200, []], tooMany: 400, none: 400, noBucket: 404 },
  },
];

function batch(wire: Wire, calls: readonly string[]): Promise<Answer> {
  const parts = calls.map((call, index) =>
    [
      '--batch_bound',
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      `Content-ID: <call+${index}>`,
      '',
      `${call} HTTP/1.1`,
      '',
      '',
    ].join('\r\n'),
  );
  return wire.send('POST', '/batch/storage/v1', {
    headers: { 'content-type': 'multipart/mixed; boundary="batch_bound"' },
    body: `${parts.join('\r\n')}\r\n--batch_bound--\r\n`,
  });
}

/** Content-ID and outcome of each part, with the name in its body. */
function partsOf({ headers, text }: Answer): string[] {
  const [, boundary = ''] = /boundary="?([^";]+)"?/.exec(headers.get('content-type') ?? '') ?? [];
  return text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const [, id = ''] = /^content-id:\s*(\S+)/im.exec(part) ?? [];
      const [, status = ''] = /^HTTP\/1\.1 (\d+)/m.exec(part) ?? [];
      const body =
        part
          .slice(part.search(/^HTTP\//m))
          .split('\r\n\r\n')[1]
          ?.trim() ?? '';
      const failed = outcome({ ...NOTHING, status: Number(status), text: body });
      const [, name] = /"name":"([^"]*)"/.exec(body) ?? [];
      return [id, failed, name].filter((word) => word !== undefined).join(' ');
    });
}

const NOTHING = { headers: new Headers(), bytes: Buffer.alloc(0) };

function deleteMany(
  wire: Wire,
  bucket: string,
  objects: readonly string[],
  more = '',
): Promise<Answer> {
  const list = objects.map((object) => `<Object>${object}</Object>`).join('');
  return wire.send('POST', `/${bucket}`, {
    query: { delete: '' },
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><Delete>${more}${list}</Delete>`,
  });
}

function outcomesIn({ text }: Answer, generation = 'none'): string[] {
  return [...text.matchAll(/<(Deleted|Error)>(.*?)<\/\1>/gs)].map(([, kind = '', inner = '']) => {
    const of = (name: string): string =>
      new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(inner)?.[1] ?? '';
    const key = of('Key').replace(/&(?:amp|#38);/, '&');
    const version = of('VersionId').replace(generation, 'GENERATION');
    return [kind, key, version, of('Code')].filter((word) => word !== '').join(' ');
  });
}
