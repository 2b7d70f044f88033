import { BlobServiceClient } from '@azure/storage-blob';
import { CONTRACT, runCheck } from '@dunnage/conformance/contract';
import type { ContractTarget } from '@dunnage/conformance/contract';
import type { Subject } from '@dunnage/conformance/scenarios';
import { createAzureDriver } from '@dunnage/driver-azure';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AzureServer } from '../../../test/servers/server.ts';

/** Checks that Azurite breaks, each with what is wrong there. One that holds again fails its test. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  E2: 'it orders names by UTF-16 units, which differs for characters beyond the basic plane',
};

/** Checks that tell nothing there. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  F2: 'a batch keeps it busy for so long that it then cuts all idle connections: the outcomes are unknown, which is true and no error',
};

/** Checks with so many blobs that Azurite takes a minute, because each change costs as much as there are blobs. */
const MANY: readonly string[] = ['E1b', 'E12', 'G3'];

/** One container per token: Azurite's time for a change grows with the blobs of one. */
export async function azuriteTarget(server: AzureServer): Promise<ContractTarget> {
  const service = BlobServiceClient.fromConnectionString(server.connectionString);
  const containers = new Map<string, Promise<string>>();
  const make = async (): Promise<string> => {
    const name = `c-${randomUUID()}`;
    await service.createContainer(name);
    return name;
  };
  return {
    patienceMs: 30_000,
    limitMs: 115_000,
    async open(token) {
      const made = containers.get(token) ?? make();
      containers.set(token, made);
      return createAzureDriver({
        container: await made,
        endpoint: server.url,
        credentials: { type: 'key', key: server.accountKey },
        readOnly: false,
        singlePutBytes: 256 * 1024,
      });
    },
  };
}

/** Registers the contract on Azurite: what it does otherwise has to stay so, or be taken off the list. */
export function registerOnAzurite(target: ContractTarget, extent: 'all' | 'quick'): void {
  describe('the azure driver on Azurite', () => {
    for (const check of CONTRACT) {
      if (check.id in LEFT_OUT || (extent === 'quick' && MANY.includes(check.id))) continue;
      const difference = DIFFERENCES[check.id];
      if (difference === undefined) {
        it(`${check.id} ${check.title}`, async () => void (await runCheck(check, target)));
      } else {
        it(`${check.id} breaks: ${difference}`, async () => {
          await expect(runCheck(check, target)).rejects.toThrow();
        });
      }
    }
    it('is checked but for what is listed', () => {
      const ids = CONTRACT.map(({ id }) => id);
      expect(ids).toEqual(expect.arrayContaining([...Object.keys(LEFT_OUT), ...MANY]));
      expect(ids).toEqual(expect.arrayContaining(Object.keys(DIFFERENCES)));
    });
  });
}

/** A container of its own for each scenario. */
export function azuriteSubject(server: AzureServer, limit: Subject['limit']): Subject {
  const service = BlobServiceClient.fromConnectionString(server.connectionString);
  return {
    name: 'Azurite',
    ...(limit !== undefined && { limit }),
    async open() {
      const container = `s-${randomUUID()}`;
      await service.createContainer(container);
      const driver = createAzureDriver({
        container,
        endpoint: server.url,
        credentials: { type: 'key', key: server.accountKey },
        readOnly: false,
      });
      return {
        driver,
        async [Symbol.asyncDispose]() {
          await driver.close();
          await service.deleteContainer(container);
        },
      };
    },
  };
}
