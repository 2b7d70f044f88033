import { parentOf, type Key, type Prefix, type StorageDriver } from '@dunnage/driver-api';
import { checkedList } from '../inventory/checked-list.ts';
import { blobsPrefix, repositoriesPrefix } from '../layout/paths.ts';
import type { PlanKind } from '../plan/entry.ts';

/** How many directories above an object belong to it alone and can go with it. */
const OWN_DIRECTORIES: Readonly<Record<PlanKind, number>> = {
  upload: 3, // <uuid>/, or <uuid>/hashstates/<algorithm>/
  'tag-index': 4, // <tag>/index/<algorithm>/<hex>/
  revision: 1,
  'layer-link': 1,
  blob: 1, // <hex>/; that above it is shared
  directory: 0,
};

const SIGNATURE = /\/_manifests\/revisions\/.+\/signatures\//;

/** Directories that may be empty once `keys` are gone, children before parents. */
export function emptiedParents(kind: PlanKind, keys: readonly Key[]): Prefix[] {
  const prefixes = new Set<Prefix>();
  for (const key of keys) {
    const signature = kind === 'revision' && SIGNATURE.test(key);
    const levels = signature ? 4 : OWN_DIRECTORIES[kind];
    let prefix = parentOf(key);
    for (let level = 0; level < levels && !prefix.endsWith('/_uploads/'); level++) {
      prefixes.add(prefix);
      prefix = parentOf(prefix.slice(0, -1) as Key);
    }
  }
  return [...prefixes].toSorted(deepestFirst);
}

/** An empty directory, and above one that lacks its blob the directory that may have been there for it alone. */
export function emptyDirectory(prefix: Prefix): Prefix[] {
  const shard = parentOf(prefix.slice(0, -1) as Key);
  return isShard(shard) ? [prefix, shard] : [prefix];
}

/** The directory that a blob's own shares with others that begin alike: `blobs/<algorithm>/<two hex digits>/`. */
export function shardOf(blob: Key): Prefix {
  return parentOf(parentOf(blob).slice(0, -1) as Key);
}

/** `blobs/<algorithm>/<two hex digits>/` */
function isShard(prefix: Prefix): boolean {
  return prefix.startsWith(blobsPrefix) && /\/[0-9a-f]{2}\/$/.test(prefix);
}

/**
 * All directories of a repository that is empty, children before parents, then the namespaces above it. Only those of
 * the registry's own making (`_…`): a nested repository is none of its business.
 */
export async function directoriesOfRepository(
  driver: StorageDriver,
  repository: Prefix,
): Promise<Prefix[]> {
  const found: Prefix[] = [];
  const pending = (await childrenOf(driver, repository)).filter((prefix) =>
    prefix.startsWith('_', repository.length),
  );
  for (let prefix = pending.pop(); prefix !== undefined; prefix = pending.pop()) {
    found.push(prefix);
    pending.push(...(await childrenOf(driver, prefix)));
  }
  for (let prefix = repository; prefix.length > repositoriesPrefix.length;) {
    found.push(prefix);
    prefix = parentOf(prefix.slice(0, -1) as Key);
  }
  return found.toSorted(deepestFirst);
}

/** Removes those of `prefixes` that are empty; how many went. */
export async function pruneAll(
  driver: StorageDriver,
  prefixes: readonly Prefix[],
): Promise<number> {
  let removed = 0;
  if (prefixes.length === 0) return removed;
  for await (const _ of driver.pruneEmptyDirectories?.(prefixes) ?? []) removed++;
  return removed;
}

/** The directories directly below `prefix`. */
export async function childrenOf(driver: StorageDriver, prefix: Prefix): Promise<Prefix[]> {
  const children: Prefix[] = [];
  const options = { prefix, depth: 'children', detail: 'keys' } as const;
  for await (const page of checkedList(driver, false, options)) {
    children.push(...page.prefixes);
  }
  return children;
}

function deepestFirst(a: Prefix, b: Prefix): number {
  return b.length - a.length;
}
