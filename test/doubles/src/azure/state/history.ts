import type { Account } from './account.ts';
import type { Blob, BlobType, Entry } from './blob.ts';
import { stateStamp } from './blob.ts';
import type { Container } from './container.ts';
import { Lease } from './lease.ts';
import { directoryBlob } from './new-blob.ts';
import { stampOf, ticksAt } from './ticker.ts';

/**
 * Puts a new state in place of the current one, which becomes an older version, a soft-deleted snapshot
 * or nothing, as the account has it.
 */
export function replace(account: Account, container: Container, entry: Entry, blob: Blob): void {
  const before = entry.current;
  // A hierarchical namespace has neither snapshots nor versions; each deletion has an id of its own there.
  if (!container.hns) {
    keepDeletedBase(account, entry, blob.type);
    if (before !== undefined && account.versioning) keepVersion(entry, before);
    else if (before !== undefined && account.softDeleteDays > 0) {
      keepDeletedSnapshot(account, entry, before);
    }
  }
  entry.current = blob;
  entry.staged.clear();
  blob.versionId = account.versioning ? stampOf(account.ticker.next()) : undefined;
  makeParents(account, container, entry.name);
}

/** Gives the current state a new version id; what it was until now stays as a version. */
export function branch(account: Account, entry: Entry, blob: Blob): void {
  if (!account.versioning) return;
  entry.past.push({ ...blob, lease: new Lease(), versionId: versionOf(blob) });
  blob.versionId = stampOf(account.ticker.next());
}

/** Takes the current state away, which stays as a version or as a soft-deleted blob. True when it is gone for good. */
export function retire(account: Account, entry: Entry): boolean {
  const blob = entry.current;
  entry.current = undefined;
  entry.staged.clear();
  if (blob === undefined) return true;
  if (account.versioning) {
    keepVersion(entry, blob);
    return false;
  }
  if (account.softDeleteDays === 0) return true;
  blob.lease = new Lease();
  blob.deleted = deletion(account);
  entry.past.push(blob);
  return false;
}

/** Takes a snapshot or an older version away. True when it is gone for good. */
export function retirePast(account: Account, entry: Entry, blob: Blob): boolean {
  if (account.softDeleteDays > 0) {
    blob.deleted = deletion(account);
    return false;
  }
  entry.past = entry.past.filter((other) => other !== blob);
  return true;
}

/** Lets go of what was soft-deleted and is no longer kept. */
export function expire(entry: Entry, now: number): void {
  if (entry.past.some((blob) => blob.deleted !== undefined && blob.deleted.until <= now)) {
    entry.past = entry.past.filter(
      (blob) => blob.deleted === undefined || blob.deleted.until > now,
    );
  }
}

/** Makes the directories above a name, where there are directories at all. */
export function makeParents(account: Account, container: Container, name: string): void {
  if (!container.hns) return;
  for (let slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
    const parent = container.obtain(name.slice(0, slash));
    parent.current ??= directoryBlob(account);
  }
}

function keepVersion(entry: Entry, blob: Blob): void {
  blob.versionId = versionOf(blob);
  blob.lease = new Lease();
  entry.past.push(blob);
}

/** A blob from before versioning was on gets the time of its creation for an id when it becomes a version. */
function versionOf(blob: Blob): string {
  return blob.versionId ?? stampOf(ticksAt(blob.created));
}

function keepDeletedSnapshot(account: Account, entry: Entry, blob: Blob): void {
  blob.lease = new Lease();
  blob.snapshot = stampOf(account.ticker.next());
  blob.deleted = deletion(account);
  entry.past.push(blob);
}

/**
 * A blob that comes back under the name of a deleted one: what was deleted becomes a deleted snapshot of it,
 * unless their types differ; then nothing of the old one is kept.
 */
export function keepDeletedBase(account: Account, entry: Entry, type: BlobType): void {
  for (const old of entry.past) {
    if (old.deleted === undefined || old.snapshot !== undefined || old.versionId !== undefined)
      continue;
    if (old.type !== type) {
      entry.past = entry.past.filter((other) => other.deleted === undefined);
      return;
    }
    old.snapshot = stampOf(account.ticker.next());
  }
}

function deletion(account: Account): { at: number; until: number } {
  const at = account.ticker.now();
  return { at, until: at + account.softDeleteDays * 86_400_000 };
}

/** Older states of a name in the order of listings. */
export function byStamp(a: Blob, b: Blob): number {
  const [left, right] = [stateStamp(a), stateStamp(b)];
  return left < right ? -1 : Number(left > right);
}
