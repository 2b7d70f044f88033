import type { Probe } from '../probe.ts';
import { element, outcome } from '../wire.ts';
import type { Answer, Wire } from '../wire.ts';

const container = { restype: 'container' };

/** How the service says no. */
export const errorProbes: readonly Probe[] = [
  {
    name: 'a missing blob is not a missing container',
    run: async (wire) => {
      const there = await wire.container();
      const ask = async (name: string): Promise<Record<string, string>> => ({
        get: outcome(await wire.blob('GET', name, 'a')),
        head: outcome(await wire.blob('HEAD', name, 'a')),
        delete: outcome(await wire.blob('DELETE', name, 'a')),
        metadata: outcome(await wire.blob('PUT', name, 'a', { query: { comp: 'metadata' } })),
      });
      return {
        blob: await ask(there),
        container: await ask('no-such-container'),
        put: outcome(await wire.put('no-such-container', 'a')),
        list: outcome((await wire.list('no-such-container')).answer),
        properties: outcome(await wire.send('GET', '/no-such-container', { query: container })),
      };
    },
    facts: {
      blob: {
        get: '404 BlobNotFound',
        head: '404 BlobNotFound',
        delete: '404 BlobNotFound',
        metadata: '404 BlobNotFound',
      },
      container: {
        get: '404 ContainerNotFound',
        head: '404 ContainerNotFound',
        delete: '404 ContainerNotFound',
        metadata: '404 ContainerNotFound',
      },
      put: '404 ContainerNotFound',
      list: '404 ContainerNotFound',
      properties: '404 ContainerNotFound',
    },
  },
  {
    name: 'an error has a body with code and message, but not after HEAD',
    run: async (wire) => {
      const there = await wire.container();
      const get = await wire.blob('GET', there, 'a');
      const head = await wire.blob('HEAD', there, 'a');
      const message = element(get.text, 'Message').split('\n');
      return {
        type: get.headers.get('content-type'),
        code: element(get.text, 'Code'),
        message: message[0],
        requestId: message[1] === `RequestId:${get.headers.get('x-ms-request-id')}`,
        time: message[2]?.startsWith('Time:'),
        reason: get.reason,
        byteOrderMark: get.bytes.subarray(0, 3).toString('hex'),
        headBody: head.bytes.length,
        headCode: head.code,
      };
    },
    facts: {
      type: 'application/xml',
      code: 'BlobNotFound',
      message: 'The specified blob does not exist.',
      requestId: true,
      time: true,
      reason: 'The specified blob does not exist.',
      byteOrderMark: 'efbbbf',
      headBody: 0,
      headCode: 'BlobNotFound',
    },
  },
  {
    name: 'every answer tells its request, its version and the time',
    run: async (wire) => {
      const there = await wire.container();
      const headers = { 'x-ms-client-request-id': 'mine' };
      const answers = [
        await wire.put(there, 'a', 'x', headers),
        await wire.blob('GET', there, 'a', { headers }),
        await wire.blob('HEAD', there, 'b', { headers }),
        await wire.blob('DELETE', there, 'a', { headers }),
        (await wire.list(there)).answer,
      ];
      return { all: answers.map(said) };
    },
    facts: {
      all: [
        'id version date mine',
        'id version date mine',
        'id version date mine',
        'id version date mine',
        'id version date',
      ],
    },
  },
  {
    name: 'containers',
    run: async (wire) => {
      const there = await wire.container();
      const create = async (name: string): Promise<string> =>
        outcome(await wire.send('PUT', `/${name}`, { query: container }));
      const properties = await wire.send('HEAD', `/${there}`, { query: container });
      const listed = await wire.send('GET', '/', { query: { comp: 'list', prefix: there } });
      return {
        again: await create(there),
        short: await create('ab'),
        upper: await create('Upper-Case'),
        dashes: await create('two--dashes'),
        properties: ['x-ms-has-immutability-policy', 'x-ms-has-legal-hold', 'x-ms-lease-state'].map(
          (name) => properties.headers.get(name),
        ),
        listed: element(listed.text, 'Name') === there,
        listedEtag: element(listed.text, 'Etag').startsWith('"0x'),
        delete: outcome(await wire.send('DELETE', `/${there}`, { query: container })),
        deleteAgain: outcome(await wire.send('DELETE', `/${there}`, { query: container })),
      };
    },
    facts: {
      again: '409 ContainerAlreadyExists',
      short: '400 OutOfRangeInput',
      upper: '400 InvalidResourceName',
      dashes: '400 InvalidResourceName',
      properties: ['false', 'false', 'available'],
      listed: true,
      listedEtag: true,
      delete: '202',
      deleteAgain: '404 ContainerNotFound',
    },
  },
  {
    name: 'who may not ask',
    run: async (wire) => {
      const there = await wire.container();
      await wire.written(there, 'a');
      const ask = (authorize: 'nothing' | 'wrong key'): Promise<Answer> =>
        wire.blob('GET', there, 'a', { authorize });
      return {
        wrongKey: outcome(await ask('wrong key')),
        nothing: outcome(await ask('nothing')),
        missingContainer: outcome(await unsigned(wire)),
      };
    },
    facts: {
      wrongKey: '403 AuthenticationFailed',
      nothing: '401 NoAuthenticationInformation',
      missingContainer: '401 NoAuthenticationInformation',
    },
  },
  {
    name: 'the account says what it is',
    run: async (wire) => {
      const query = { restype: 'account', comp: 'properties' };
      const answer = await wire.send('GET', '/', { query });
      return {
        status: answer.status,
        kind: answer.headers.get('x-ms-account-kind'),
        hns: answer.headers.get('x-ms-is-hns-enabled'),
      };
    },
    facts: { status: 200, kind: 'StorageV2', hns: 'false' },
  },
];

function unsigned(wire: Wire): Promise<Answer> {
  return wire.blob('GET', 'no-such-container', 'a', { authorize: 'nothing' });
}

function said({ headers }: Answer): string {
  return [
    /^[0-9a-f-]{36}$/u.test(headers.get('x-ms-request-id') ?? '') ? 'id' : 'no id',
    headers.has('x-ms-version') ? 'version' : 'no version',
    Number.isNaN(Date.parse(headers.get('date') ?? '')) ? 'no date' : 'date',
    headers.get('x-ms-client-request-id') ?? '',
  ]
    .join(' ')
    .trim();
}
