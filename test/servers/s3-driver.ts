import { randomUUID } from 'node:crypto';
import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { CONTRACT, runCheck } from '@dunnage/conformance/contract';
import { registerScenarios, scenarios } from '@dunnage/conformance/scenarios';
import { createS3Driver } from '@dunnage/driver-s3';
import type { S3Options } from '@dunnage/driver-s3';
import { describe, expect, it } from 'vitest';
import { createS3Bucket, s3Client } from './buckets.ts';
import type { S3Server } from './server.ts';

/** What of the contract is tried on a server, and what it can't do. */
export interface Trial {
  /** Why a check fails, by its id. One that does not fail any more makes the test fail. */
  readonly differences?: Readonly<Record<string, string>>;
  /** Checks that are left to other servers, and why. */
  readonly without?: { readonly checks: readonly string[]; readonly because: string };
}

/** Checks with many objects: they take a slow server minutes. */
export const MANY = ['E1', 'E1b', 'E4', 'E10', 'E12', 'F2', 'G1', 'O1'] as const;

/** Options of a driver for a bucket of a server. */
function optionsOn(server: S3Server, bucket: string): S3Options {
  const { url: endpoint, region, accessKeyId, secretAccessKey } = server;
  const credentials = { accessKeyId, secretAccessKey };
  return { bucket, endpoint, region, credentials, env: {}, readOnly: false };
}

/** Creates an empty bucket; with versions, if told. */
export async function createBucket(
  server: S3Server,
  name: string,
  versions: 'none' | 'enabled' = 'none',
): Promise<void> {
  await createS3Bucket(server, name);
  if (versions === 'none') return;
  const client = s3Client(server);
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
  client.destroy();
}

/** Registers the contract on a server's bucket, each storage a directory in it. */
export function registerContractOn(
  name: string,
  server: S3Server,
  bucket: string,
  { differences = {}, without }: Trial = {},
): void {
  const target = {
    open: async (token: string) =>
      createS3Driver({ ...optionsOn(server, bucket), root: `of/${token}` }),
    patienceMs: 20_000,
    limitMs: 200_000,
  };
  const checks = CONTRACT.filter(({ id }) => without?.checks.includes(id) !== true);
  describe(`the S3 driver on ${name} fulfils the driver contract`, () => {
    for (const check of checks) {
      const why = differences[check.id];
      if (why === undefined) {
        it(`${check.id} ${check.title}`, async () => void (await runCheck(check, target)));
      } else {
        it(`${check.id} is not fulfilled: ${why}`, async () => {
          await expect(runCheck(check, target)).rejects.toThrow();
        });
      }
    }
    it('has no difference that names no check', () => {
      const ids = new Set(checks.map(({ id }) => id));
      expect(Object.keys(differences).filter((id) => !ids.has(id))).toEqual([]);
    });
  });
}

/** Registers collections on a server's bucket: all that it has room for, or those of the groups that are named. */
export async function registerScenariosOn(
  name: string,
  server: S3Server,
  bucket: string,
  { objects, groups }: { readonly objects: number; readonly groups?: readonly string[] },
): Promise<void> {
  const chosen = scenarios.filter(({ id }) => groups?.includes(id.split('/')[0] ?? '') !== false);
  await registerScenarios(
    { describe, it },
    {
      name,
      limit: { objects, reason: 'more objects take the server long, and teach no more' },
      async open() {
        const driver = createS3Driver({ ...optionsOn(server, bucket), root: randomUUID() });
        return { driver, [Symbol.asyncDispose]: () => driver.close() };
      },
    },
    chosen,
  );
}
