import { randomUUID } from 'node:crypto';
import { parseKey } from '@dunnage/driver-api';
import type { Capabilities, OpOptions } from '@dunnage/driver-api';
import { expectStatus } from './answers.ts';
import { firstBlob } from './pages.ts';
import { Refusal } from './refusal.ts';
import type { AzureStore } from './store.ts';

/** What an account and a container do, as far as could be found out. */
export interface Facts {
  /** Directories are entries of their own. */
  readonly hierarchical: boolean;
  readonly versions: 'none' | 'enabled' | 'unknown';
  /** Deleted blobs are kept for some days. `undefined`: not known. */
  readonly softDelete: boolean | undefined;
  readonly retention: Capabilities['retention'];
}

/** Asks for them; writes only where the driver was opened to change things. */
export async function askFacts(store: AzureStore, options?: OpOptions): Promise<Facts> {
  return store.session.run('capabilities', options, undefined, async (signal) => {
    // First of all: without the container every other answer would be a riddle.
    const retention = await askRetention(store, signal);
    const [told, softDelete, seen] = await Promise.all([
      askHierarchical(store, signal),
      askSoftDelete(store, signal),
      look(store, signal),
    ]);
    const hierarchical = told ?? seen.hierarchical;
    // Hierarchical namespaces have no versions, and what is written there leaves a directory.
    if (hierarchical) return { hierarchical, versions: 'none', softDelete, retention };
    // Where blobs can't be deleted, what is written would stay.
    const mayWrite = !store.config.readOnly && retention !== 'possible';
    const probed = mayWrite ? await probe(store, signal) : undefined;
    return {
      hierarchical,
      versions: probed?.versions ?? (seen.versioned ? 'enabled' : 'unknown'),
      softDelete: probed?.softDelete ?? softDelete,
      retention,
    };
  });
}

/** What an answer says, or `undefined` where the credentials don't reach so far or the service can't tell. */
async function unlessRefused<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    const refusal = Refusal.of(error);
    const lasting =
      refusal !== undefined && [400, 401, 403, 405, 409, 501].includes(refusal.status);
    if (lasting) return undefined;
    throw error;
  }
}

/** Policies and holds of the container. */
async function askRetention(
  { client }: AzureStore,
  signal: AbortSignal,
): Promise<Capabilities['retention']> {
  const answer = await unlessRefused(async () =>
    expectStatus(
      await client.ask({ method: 'HEAD', query: { restype: 'container' }, signal }),
      200,
    ),
  );
  if (answer === undefined) return 'unknown';
  const protectedBy = [
    'x-ms-has-immutability-policy',
    'x-ms-has-legal-hold',
    'x-ms-immutable-storage-with-versioning-enabled',
  ].some((name) => answer.headers.get(name) === 'true');
  return protectedBy ? 'possible' : 'none';
}

async function askHierarchical(
  { client }: AzureStore,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const query = { restype: 'account', comp: 'properties' };
  const answer = await unlessRefused(async () =>
    expectStatus(await client.ask({ method: 'HEAD', query, signal }), 200),
  );
  const told = answer?.headers.get('x-ms-is-hns-enabled');
  return told === undefined ? undefined : told.toLowerCase() === 'true';
}

async function askSoftDelete(
  { client }: AzureStore,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const answer = await unlessRefused(() => client.service.getProperties({ abortSignal: signal }));
  if (answer === undefined) return undefined;
  return answer.deleteRetentionPolicy?.enabled ?? false;
}

/** What the first blob that comes along shows. */
async function look(
  store: AzureStore,
  signal: AbortSignal,
): Promise<{ readonly hierarchical: boolean; readonly versioned: boolean }> {
  const first = await firstBlob(store, store.root.text, signal);
  return { hierarchical: first?.type !== undefined, versioned: first?.version !== undefined };
}

/** What becomes of a small blob that is written and deleted. */
async function probe(
  { client, root }: AzureStore,
  signal: AbortSignal,
): Promise<Pick<Facts, 'versions' | 'softDelete'> | undefined> {
  const name = root.nameOf(parseKey(`dunnage/probe-${randomUUID()}`));
  return unlessRefused(async () => {
    const { versionId } = await client.blob(name).upload('', 0, { abortSignal: signal });
    const gone = await expectStatus(await client.ask({ method: 'DELETE', name, signal }), 202);
    if (versionId === undefined) return { versions: 'none', softDelete: isKept(gone.headers) };
    // The delete has only made it an older version, which nobody would ever look for.
    const query = { versionid: versionId };
    const purged = await client.ask({ method: 'DELETE', name, query, signal });
    return { versions: 'enabled', softDelete: isKept(purged.headers) };
  });
}

/** True where an answer to a delete says that the store keeps the bytes; `undefined` where it says nothing. */
function isKept(headers: { get(name: string): string | undefined }): boolean | undefined {
  const permanent = headers.get('x-ms-delete-type-permanent');
  return permanent === undefined ? undefined : permanent === 'false';
}
