import { ROOT } from '@dunnage/driver-api';
import type { Key, ListOptions, OpOptions, PendingUpload } from '@dunnage/driver-api';
import { bodyOfAnswer, expectStatus, refusalOf } from './answers.ts';
import { confirmMissing } from './container.ts';
import { quoted } from './info.ts';
import { pagesOf } from './list.ts';
import { now } from './read.ts';
import type { AzureStore } from './store.ts';

/** Below this a registry looks for its data, and must not find what was never pushed. */
const OF_REGISTRIES = 'docker/registry/';

/** The name of every unfinished upload here: a blob has one heap of blocks, whoever sent them. */
const THE_UPLOAD = 'uncommitted';

/** Blobs of which there are only blocks. The store drops those by itself a week after the last one came. */
export async function* pendingUploads(
  store: AzureStore,
  options: ListOptions = {},
): AsyncGenerator<PendingUpload, void, undefined> {
  const { prefix = ROOT } = options;
  const pages = { op: 'pendingUploads', prefix, include: ['uncommittedblobs'] };
  for await (const { page } of pagesOf(store, pages, options)) {
    for (const { name, size, modified } of page.blobs) {
      if (size > 0) continue;
      const key = store.keyOf(name);
      if (key === undefined || (await isCommitted(store, key, options))) continue;
      // The store does not tell how old blocks are: then they pass for new, and no rule of age takes them.
      const started = Number.isNaN(modified) ? await now(store, options) : modified;
      yield { key, uploadId: THE_UPLOAD, started };
    }
  }
}

/**
 * Drops the blocks of an upload. The store has no such request; what it does have is that a finished blob drops them.
 * So an empty blob is made, if there is none, and deleted as it was made. Where a registry could see it meanwhile, and
 * take it for content, that is refused: there the store drops the blocks after a week.
 */
export async function abortUpload(
  store: AzureStore,
  key: Key,
  uploadId: string,
  options: OpOptions = {},
): Promise<void> {
  const { session, client } = store;
  session.checkKey('abortUpload', key);
  session.require(
    'abortUpload',
    !key.startsWith(OF_REGISTRIES),
    true,
    `aborting uploads below ${OF_REGISTRIES} (their blocks go a week after the last one came)`,
  );
  if (uploadId !== THE_UPLOAD) return;
  await session.run('abortUpload', options, key, async (signal) => {
    // A blob that is there keeps its blocks: they are no upload that has nothing to show.
    if (await isThere(store, key, signal)) return;
    const name = store.nameOf(key);
    const query = { comp: 'blocklist', blocklisttype: 'uncommitted' };
    const blocks = await client.ask({ method: 'GET', name, query, signal });
    if (blocks.status === 404) return confirmMissing(store, await refusalOf(blocks), signal);
    await bodyOfAnswer(await expectStatus(blocks, 200));
    const conditions = { ifNoneMatch: '*' };
    const { etag } = await client.blob(name).upload('', 0, { abortSignal: signal, conditions });
    const headers = { 'if-match': quoted((etag ?? '').replace(/^"|"$/g, '')) };
    await expectStatus(await client.ask({ method: 'DELETE', name, headers, signal }), 202);
  });
}

async function isCommitted(store: AzureStore, key: Key, options: OpOptions): Promise<boolean> {
  return store.session.run('pendingUploads', options, key, (signal) => isThere(store, key, signal));
}

async function isThere(store: AzureStore, key: Key, signal: AbortSignal): Promise<boolean> {
  const answer = await store.client.ask({ method: 'HEAD', name: store.nameOf(key), signal });
  if (answer.status === 404) return false;
  await expectStatus(answer, 200);
  return true;
}
