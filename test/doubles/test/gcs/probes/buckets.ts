import type { Probe } from '../probe.ts';
import { outcome } from '../wire.ts';

type Json = Readonly<Record<string, unknown>>;

interface BucketJson {
  readonly versioning?: { readonly enabled: boolean };
  readonly softDeletePolicy?: { readonly retentionDurationSeconds: string };
  readonly retentionPolicy?: { readonly retentionPeriod: string };
  readonly hierarchicalNamespace?: { readonly enabled: boolean };
}

/** Buckets and what is said of them. */
export const bucketProbes: readonly Probe[] = [
  {
    name: 'a bucket says what keeps its objects',
    run: async (wire) => {
      const about = async (resource: object): Promise<unknown> => {
        const name = await wire.bucket(resource);
        const bucket = JSON.parse(
          (await wire.send('GET', `/storage/v1/b/${name}`)).text,
        ) as BucketJson;
        return [
          bucket.versioning?.enabled ?? false,
          bucket.softDeletePolicy?.retentionDurationSeconds,
          bucket.retentionPolicy?.retentionPeriod,
          bucket.hierarchicalNamespace?.enabled ?? false,
        ];
      };
      return {
        plain: await about({}),
        byDefault: await about({ softDeletePolicy: undefined }),
        versions: await about({ versioning: { enabled: true } }),
        retention: await about({ retentionPolicy: { retentionPeriod: '60' } }),
        folders: await about({ hierarchicalNamespace: { enabled: true } }),
      };
    },
    facts: {
      plain: [false, '0', undefined, false],
      byDefault: [false, '604800', undefined, false],
      versions: [true, '0', undefined, false],
      retention: [false, '0', '60', false],
      folders: [false, '0', undefined, true],
    },
  },
  {
    name: 'buckets are made, changed and deleted',
    run: async (wire) => {
      const name = await wire.bucket();
      const path = `/storage/v1/b/${name}`;
      const again = await wire.json('POST', '/storage/v1/b', { name }, { project: 'test' });
      const patched = await wire.json('PATCH', path, { versioning: { enabled: true } });
      const resource = JSON.parse(patched.text) as Json;
      await wire.putObject(name, 'a', 'x');
      const full = await wire.send('DELETE', path);
      const { generation } = await wire.putObject(name, 'a', 'y');
      for (const version of (await wire.list(name, { versions: 'true' })).items ?? []) {
        await wire.delete(name, 'a', { generation: version.generation });
      }
      return {
        again: outcome(again),
        patched: [resource['versioning'], resource['metageneration']],
        full: outcome(full),
        generations: generation.length > 0,
        deleted: outcome(await wire.send('DELETE', path)),
        gone: outcome(await wire.send('GET', path)),
      };
    },
    facts: {
      again: '409 conflict',
      patched: [{ enabled: true }, '2'],
      full: '409 conflict',
      generations: true,
      deleted: 'ok',
      gone: '404 notFound',
    },
  },
  {
    name: 'permissions that one has',
    run: async (wire) => {
      const name = await wire.bucket();
      const permissions = ['storage.objects.list', 'storage.objects.delete'];
      const query = permissions.map((permission) => `permissions=${permission}`).join('&');
      const answer = await wire.send('GET', `/storage/v1/b/${name}/iam/testPermissions?${query}`);
      return {
        status: answer.status,
        answer:
          answer.status === 200 ? (JSON.parse(answer.text) as Json)['permissions'] : undefined,
      };
    },
    facts: { status: 200, answer: ['storage.objects.list', 'storage.objects.delete'] },
  },
  {
    name: 'paths and methods that there are none of',
    run: async (wire) => {
      const name = await wire.bucket();
      return {
        path: (await wire.send('GET', `/storage/v1/b/${name}/nothing`)).status,
        method: (await wire.send('PUT', `/storage/v1/b/${name}/o`)).status,
      };
    },
    facts: { path: 404, method: 405 },
  },
];
