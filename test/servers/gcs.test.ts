import { CONTRACT, runCheck } from '@dunnage/conformance/contract';
import type { ContractTarget } from '@dunnage/conformance/contract';
import { registerScenarios } from '@dunnage/conformance/scenarios';
import { parseKey } from '@dunnage/driver-api';
import type { Key, StorageDriver } from '@dunnage/driver-api';
import { createGcsDriver } from '@dunnage/driver-gcs';
import { afterAll, describe, expect, it } from 'vitest';
import { startFakeGcs } from './fake-gcs.ts';

const server = await startFakeGcs();
afterAll(() => server.close());

/** The server takes long for the thousands of objects of one check. */
const LIMITS = { patienceMs: 20_000, limitMs: 200_000 };

const PAGES_OF_CHILDREN =
  'it gives all prefixes on each page of a listing with a delimiter, and does not count them';
const VERSIONS_BY_NAME =
  'it deletes the live object whatever generation a delete names, so that the driver names none';

/** What fake-gcs-server does otherwise than Google, by the check that shows it. */
const DIFFERENCES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  none: {
    E5: PAGES_OF_CHILDREN,
    E6: PAGES_OF_CHILDREN,
    E12: PAGES_OF_CHILDREN,
  },
  enabled: {
    F11: VERSIONS_BY_NAME,
  },
};

const opened = new Map<string, string>();

/** A bucket for each token: the server sorts all that a bucket has for each page of it. */
async function open(token: string, versions: string): Promise<StorageDriver> {
  const known = opened.get(token);
  const bucket = known ?? `bucket-${opened.size}`;
  if (known === undefined) {
    opened.set(token, bucket);
    const answer = await fetch(`${server.url}/storage/v1/b?project=${server.projectId}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: bucket, versioning: { enabled: versions === 'enabled' } }),
    });
    expect(answer.status).toBe(200);
  }
  return createGcsDriver({ bucket, root: 'root', endpoint: server.url, env: {}, readOnly: false });
}

describe.each(Object.entries(DIFFERENCES))(
  'the gcs driver on fake-gcs-server, versions: %s',
  (versions, differences) => {
    const target: ContractTarget = {
      open: async (token) => open(`${versions} ${token}`, versions),
      ...LIMITS,
    };
    // With versions only deletes are something else.
    const checks = CONTRACT.filter(({ area }) => versions === 'none' || area === 'delete');
    for (const check of checks) {
      const difference = differences[check.id];
      const title = difference === undefined ? check.title : `is not so: ${difference}`;
      it(`${check.id} ${title}`, async () => {
        const result = runCheck(check, target);
        if (difference === undefined) await result;
        // One that is declared and no more there fails.
        else await expect(result).rejects.toThrow();
      });
    }

    it('has no difference that names no check', () => {
      const ids = new Set(CONTRACT.map(({ id }) => id));
      expect(Object.keys(differences).filter((id) => !ids.has(id))).toEqual([]);
    });
  },
);

it('can be relied on for what the driver has found out', async () => {
  await using driver = await open('capabilities', 'none');
  expect(await driver.capabilities()).toMatchObject({
    put: { ifAbsent: true, ifMatch: true },
    // It looks at no condition of these.
    read: { ifMatch: false },
    delete: { ifMatch: false, batchMax: 100 },
  });
});

it('takes a large object in a session, copies and moves it', async () => {
  await using driver = await open('large', 'none');
  const content = Buffer.alloc(20 * 1024 * 1024 + 17, 'large ');
  const [from, to, last] = ['a', 'b', 'c'].map(parseKey) as [Key, Key, Key];
  const info = await driver.put(from, content);
  expect(info).toEqual(await driver.stat(from));
  await driver.copy?.(from, to);
  await driver.move?.(to, last);
  const { body } = await driver.get(last);
  expect(Buffer.from(await new Response(body).arrayBuffer()).equals(content)).toBe(true);
  const keys: string[] = [];
  for await (const page of driver.list()) keys.push(...page.objects.map(({ key }) => key));
  expect(keys).toEqual([from, last]);
});

let scenarios = 0;
const plan = await registerScenarios(
  { describe, it },
  {
    name: 'fake-gcs-server',
    limit: { objects: 1500, reason: 'its listings take time with the square of their length' },
    async open() {
      const driver = await open(`scenario ${++scenarios}`, 'none');
      return { driver, [Symbol.asyncDispose]: () => driver.close() };
    },
  },
);

it('leaves out what needs directories, old objects or too many of them', () => {
  expect(plan.notApplicable.map(({ scenario }) => scenario.id).toSorted()).toEqual([
    'ages/clock-of-the-store',
    'ages/old-enough',
    'ages/old-tagged',
    'ages/upload-without-startedat',
    'ages/young-child',
    'ages/young-index-entry',
    'ages/young-layer-link',
    'ages/young-link-in-empty-repository',
    'ages/young-revision',
    'damaged/index-of-10000',
    'explained/space-not-freed',
    'meanwhile/link-again',
    'meanwhile/rewritten',
    'repositories/empty-directories',
    'tags/1200',
    'tags/1200-one-corrupt',
  ]);
});
