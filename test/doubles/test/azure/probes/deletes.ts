import type { Probe } from '../probe.ts';
import { outcome } from '../wire.ts';
import type { Answer, Wire } from '../wire.ts';

const lease = '11111111-2222-3333-4444-555555555555';
const otherLease = '99999999-2222-3333-4444-555555555555';

/** Deletes one by one, and what stands in their way. */
export const deleteProbes: readonly Probe[] = [
  {
    name: 'a delete takes one blob and nothing beside it',
    run: async (wire) => {
      const container = await wire.container();
      for (const name of ['a', 'a/b', 'ab', 'a-']) await wire.written(container, name);
      const first = await wire.blob('DELETE', container, 'a');
      return {
        first: outcome(first),
        permanent: first.headers.get('x-ms-delete-type-permanent'),
        again: outcome(await wire.blob('DELETE', container, 'a')),
        left: (await wire.list(container)).names,
      };
    },
    facts: {
      first: '202',
      permanent: 'true',
      again: '404 BlobNotFound',
      left: ['a-', 'a/b', 'ab'],
    },
  },
  {
    name: 'snapshots hold their blob',
    run: async (wire) => {
      const container = await wire.container();
      await wire.written(container, 'a', 'old');
      const taken = await wire.blob('PUT', container, 'a', { query: { comp: 'snapshot' } });
      await wire.written(container, 'a', 'new');
      const snapshot = taken.headers.get('x-ms-snapshot') ?? '';
      const remove = async (value?: string): Promise<string> =>
        outcome(
          await wire.blob('DELETE', container, 'a', {
            headers: value === undefined ? {} : { 'x-ms-delete-snapshots': value },
          }),
        );
      return {
        taken: outcome(taken),
        form: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/u.test(snapshot),
        read: (await wire.blob('GET', container, 'a', { query: { snapshot } })).text,
        listed: await listed(wire, container),
        plain: await remove(),
        bad: await remove('all'),
        only: await remove('only'),
        afterOnly: await listed(wire, container),
        thenPlain: await remove(),
      };
    },
    facts: {
      taken: '201',
      form: true,
      read: 'old',
      listed: 'a@snapshot a',
      plain: '409 SnapshotsPresent',
      bad: '400 InvalidHeaderValue',
      only: '202',
      afterOnly: 'a',
      thenPlain: '202',
    },
  },
  {
    name: 'a blob goes with its snapshots, and a snapshot by itself',
    run: async (wire) => {
      const container = await wire.container();
      await wire.written(container, 'a');
      const snap = async (): Promise<string> =>
        (await wire.blob('PUT', container, 'a', { query: { comp: 'snapshot' } })).headers.get(
          'x-ms-snapshot',
        ) ?? '';
      const first = await snap();
      await snap();
      const one = await wire.blob('DELETE', container, 'a', { query: { snapshot: first } });
      const afterOne = await listed(wire, container);
      const headers = { 'x-ms-delete-snapshots': 'include' };
      const all = await wire.blob('DELETE', container, 'a', { headers });
      return {
        one: outcome(one),
        afterOne,
        all: outcome(all),
        left: await listed(wire, container),
        missing: outcome(await wire.blob('GET', container, 'a', { query: { snapshot: first } })),
      };
    },
    facts: {
      one: '202',
      afterOne: 'a@snapshot a',
      all: '202',
      left: '',
      missing: '404 BlobNotFound',
    },
  },
  {
    name: 'a lease keeps others from writing and deleting',
    run: async (wire) => {
      const container = await wire.container();
      await wire.written(container, 'a');
      const acquired = await act(wire, container, 'acquire');
      const remove = async (id?: string): Promise<string> =>
        outcome(
          await wire.blob('DELETE', container, 'a', {
            headers: id === undefined ? {} : { 'x-ms-lease-id': id },
          }),
        );
      const head = await wire.blob('HEAD', container, 'a');
      return {
        acquired: outcome(acquired),
        state: ['x-ms-lease-state', 'x-ms-lease-status', 'x-ms-lease-duration'].map((name) =>
          head.headers.get(name),
        ),
        again: outcome(await act(wire, container, 'acquire', otherLease)),
        put: outcome(await wire.put(container, 'a', 'new')),
        plain: await remove(),
        other: await remove(otherLease),
        read: outcome(await wire.blob('GET', container, 'a')),
        own: await remove(lease),
      };
    },
    facts: {
      acquired: '201',
      state: ['leased', 'locked', 'infinite'],
      again: '409 LeaseAlreadyPresent',
      put: '412 LeaseIdMissing',
      plain: '412 LeaseIdMissing',
      other: '412 LeaseIdMismatchWithBlobOperation',
      read: '200',
      own: '202',
    },
  },
  {
    name: 'leases are renewed, released and broken',
    run: async (wire) => {
      const container = await wire.container();
      await wire.written(container, 'a');
      const notLeased = outcome(await wire.put(container, 'a', 'new', { 'x-ms-lease-id': lease }));
      await act(wire, container, 'acquire');
      const renewed = outcome(await act(wire, container, 'renew'));
      const wrong = outcome(await act(wire, container, 'release', otherLease));
      const released = outcome(await act(wire, container, 'release'));
      await act(wire, container, 'acquire');
      const broken = await act(wire, container, 'break');
      return {
        notLeased,
        renewed,
        wrong,
        released,
        broken: outcome(broken),
        left: broken.headers.get('x-ms-lease-time'),
        state: (await wire.blob('HEAD', container, 'a')).headers.get('x-ms-lease-state'),
        renewBroken: outcome(await act(wire, container, 'renew')),
        write: outcome(await wire.put(container, 'a', 'new')),
      };
    },
    facts: {
      notLeased: '412 LeaseNotPresentWithBlobOperation',
      renewed: '200',
      wrong: '409 LeaseIdMismatchWithLeaseOperation',
      released: '200',
      broken: '202',
      left: '0',
      state: 'broken',
      renewBroken: '409 LeaseIsBrokenAndCannotBeRenewed',
      write: '201',
    },
  },
];

function act(wire: Wire, container: string, action: string, id = lease): Promise<Answer> {
  const acquire = { 'x-ms-lease-duration': '-1', 'x-ms-proposed-lease-id': id };
  const headers = {
    'x-ms-lease-action': action,
    ...(action === 'acquire' ? acquire : action === 'break' ? {} : { 'x-ms-lease-id': id }),
  };
  return wire.blob('PUT', container, 'a', { query: { comp: 'lease' }, headers });
}

async function listed(wire: Wire, container: string): Promise<string> {
  const { text } = (await wire.list(container, { include: 'snapshots' })).answer;
  const blobs = text.match(/<Blob>.*?<\/Blob>/gu) ?? [];
  return blobs
    .map(
      (blob) =>
        `${/<Name>(.*?)</u.exec(blob)?.[1]}${blob.includes('<Snapshot>') ? '@snapshot' : ''}`,
    )
    .join(' ');
}
