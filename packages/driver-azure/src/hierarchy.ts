import { isKey } from '@dunnage/driver-api';
import type { Many, OpOptions, Prefix } from '@dunnage/driver-api';
import { pull } from '@dunnage/driver-kit';
import { expectStatus, refusalOf } from './answers.ts';
import { infoOf, quoted } from './info.ts';
import type { Refusal } from './refusal.ts';
import type { AzureStore } from './store.ts';

/**
 * True where a listing was refused because the prefix leads through an object. In a hierarchical namespace nothing can
 * be below an object, so that is a definite answer: there is nothing.
 */
export async function isBelowObject(
  store: AzureStore,
  prefix: string,
  refusal: Refusal | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (refusal === undefined || ![400, 404, 409].includes(refusal.status)) return false;
  if (!prefix.startsWith(store.root.text) || store.known?.hierarchical !== true) return false;
  const segments = prefix.slice(store.root.text.length).split('/').slice(0, -1);
  for (let length = segments.length; length > 0; length--) {
    const key = segments.slice(0, length).join('/');
    if (!isKey(key)) return false;
    const name = store.nameOf(key);
    const answer = await store.client.ask({ method: 'HEAD', name, signal });
    if (answer.status === 200) return infoOf(key, answer) !== undefined;
    await refusalOf(answer);
  }
  return false;
}

/** Removes directories that are empty: each as it was just before, and only if it is one. */
export async function* pruneEmptyDirectories(
  store: AzureStore,
  prefixes: Many<Prefix>,
  options: OpOptions = {},
): AsyncGenerator<Prefix, void, undefined> {
  using operation = store.session.begin('pruneEmptyDirectories', options);
  for await (const prefix of pull(operation, prefixes)) {
    store.session.checkPrefix(prefix);
    if (prefix === '') continue;
    const removed = await store.session.run('pruneEmptyDirectories', options, prefix, (signal) =>
      removeIfEmpty(store, store.nameOf(prefix).slice(0, -1), signal),
    );
    if (removed) yield prefix;
  }
}

async function removeIfEmpty(
  { client }: AzureStore,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await client.ask({ method: 'HEAD', name, signal });
  if (found.status === 404) return false;
  await expectStatus(found, 200);
  const etag = found.headers.get('etag');
  const key = name as Parameters<typeof infoOf>[0];
  if (etag === undefined || infoOf(key, found) !== undefined) return false;
  const headers = { 'if-match': quoted(etag.replace(/^"|"$/g, '')) };
  const answer = await client.ask({ method: 'DELETE', name, headers, signal });
  if (answer.status === 202 || answer.status === 200) return true;
  const refusal = await refusalOf(answer);
  if (refusal.code === 'DirectoryIsNotEmpty' || refusal.status === 404 || refusal.status === 412) {
    return false;
  }
  throw refusal;
}
