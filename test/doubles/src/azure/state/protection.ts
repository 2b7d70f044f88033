import type { Blob } from './blob.ts';
import type { Container } from './container.ts';

/** `change`: metadata, properties, what is appended. `overwrite`: a new state as a whole. */
export type Action = 'delete' | 'change' | 'overwrite';

/**
 * What forbids to touch a blob. A policy that has run out allows deletes again, but still no changes; one on a
 * version does not stand in the way of a new version.
 */
export function protection(
  container: Container,
  blob: Blob,
  action: Action,
  { now, versioning }: { readonly now: number; readonly versioning: boolean },
): 'hold' | 'policy' | undefined {
  const days = container.immutableDays;
  const own = action === 'overwrite' && versioning ? undefined : blob;
  if (container.legalHold || own?.legalHold === true) return 'hold';
  if (action !== 'delete') {
    return days !== undefined || own?.immutable !== undefined ? 'policy' : undefined;
  }
  const ends = days === undefined ? 0 : blob.created + days * 86_400_000;
  return now < Math.max(ends, blob.immutable?.until ?? 0) ? 'policy' : undefined;
}

/** Whether a container has to be empty before it can go. */
export function holdsOn(container: Container): boolean {
  if (container.legalHold) return true;
  const bound = container.immutableDays !== undefined || container.versionLevelImmutability;
  return bound && container.entries.size > 0;
}
