import { md5Of } from './ops/content.ts';
import type { AzureContainerHandle, BlobFacts, ContainerSettings, StoredBlob } from './options.ts';
import type { Account } from './state/account.ts';
import type { Blob, Entry } from './state/blob.ts';
import { Container } from './state/container.ts';
import { expire, makeParents, replace } from './state/history.ts';
import { directoryBlob, newBlob } from './state/new-blob.ts';
import { etagOf, stampOf } from './state/ticker.ts';

/** The in-process view of a container, for tests to arrange and to look into. */
export function containerHandle(
  account: Account,
  name: string,
  settings: ContainerSettings = {},
): AzureContainerHandle {
  const container = obtain(account, name);
  apply(container, settings);
  const entryOf = (blob: string): Entry => {
    const entry = container.entry(blob);
    if (entry?.current === undefined) throw new Error(`There is no blob ${JSON.stringify(blob)}.`);
    return entry;
  };
  const live = (): Entry[] =>
    [...container.from('')].filter((entry) => entry.current !== undefined);
  return {
    name,
    url: `${account.endpoint}/${name}`,
    put: (blob, bytes, facts = {}) => {
      const entry = container.obtain(blob);
      replace(account, container, entry, arranged(account, toBuffer(bytes), facts));
      return stored(entry);
    },
    stage: (blob, id, bytes) => {
      container.obtain(blob).staged.set(id, { id, bytes: toBuffer(bytes) });
    },
    snapshot: (blob) => {
      const entry = entryOf(blob);
      const snapshot = stampOf(account.ticker.next());
      const { current } = entry;
      if (current !== undefined) entry.past.push({ ...current, snapshot });
      return snapshot;
    },
    directory: (path) => {
      if (!container.hns) throw new Error('Only a hierarchical namespace has directories.');
      makeParents(account, container, path);
      container.obtain(path).current ??= directoryBlob(account);
    },
    remove: (blob) => {
      const entry = container.entry(blob);
      if (entry === undefined) return;
      entry.current = undefined;
      entry.past = [];
      entry.staged.clear();
      container.tidy(entry);
    },
    touch: (blob, modifiedMs) => {
      const { current } = entryOf(blob);
      if (current === undefined) return;
      current.modified = modifiedMs;
      current.created = Math.min(current.created, modifiedMs);
    },
    names: () => live().map((entry) => entry.name),
    object: (blob) => {
      const entry = container.entry(blob);
      return entry?.current === undefined ? undefined : stored(entry);
    },
    get size() {
      return live().length;
    },
    get storedBytes() {
      const entries = [...container.from('')];
      for (const entry of entries) expire(entry, account.ticker.now());
      return entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
    },
  };
}

function obtain(account: Account, name: string): Container {
  const found = account.containers.get(name);
  if (found !== undefined) return found;
  const etag = etagOf(account.ticker.next());
  const container = new Container(name, account.hns, etag, account.ticker.now());
  account.containers.set(name, container);
  return container;
}

function apply(container: Container, settings: ContainerSettings): void {
  if (settings.metadata !== undefined)
    container.metadata = new Map(Object.entries(settings.metadata));
  container.immutableDays = settings.immutableDays ?? container.immutableDays;
  container.legalHold = settings.legalHold ?? container.legalHold;
  container.versionLevelImmutability =
    settings.versionLevelImmutability ?? container.versionLevelImmutability;
}

function arranged(account: Account, content: Buffer, facts: BlobFacts): Blob {
  const blob = newBlob(account, facts.type ?? 'BlockBlob', content);
  const summed = facts.noMd5 !== true && blob.type === 'BlockBlob';
  blob.headers = {
    ...blob.headers,
    contentType: facts.contentType ?? 'application/octet-stream',
    contentMd5: summed ? md5Of(content) : undefined,
  };
  blob.metadata = new Map(Object.entries(facts.metadata ?? {}));
  blob.modified = facts.modified ?? blob.modified;
  blob.created = Math.min(blob.created, blob.modified);
  blob.legalHold = facts.legalHold ?? false;
  if (facts.immutableUntil !== undefined) {
    blob.immutable = { until: facts.immutableUntil, mode: 'unlocked' };
  }
  if (facts.leaseId !== undefined) blob.lease.acquire(-1, facts.leaseId, account.ticker.now());
  return blob;
}

function stored({ name, current, past }: Entry): StoredBlob {
  if (current === undefined) throw new Error(`There is no blob ${JSON.stringify(name)}.`);
  return {
    name,
    bytes: current.content,
    etag: current.etag,
    modified: current.modified,
    type: current.type,
    directory: current.directory,
    metadata: Object.fromEntries(current.metadata),
    versionId: current.versionId,
    kept: past.length,
  };
}

function bytesOf({ current, past, staged }: Entry): number {
  const states = [current, ...past].reduce((sum, blob) => sum + (blob?.content.length ?? 0), 0);
  return [...staged.values()].reduce((sum, block) => sum + block.bytes.length, states);
}

function toBuffer(bytes: Uint8Array | string): Buffer {
  return typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes);
}
