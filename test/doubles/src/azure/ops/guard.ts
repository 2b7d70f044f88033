import type { Blob } from '../state/blob.ts';
import type { Container } from '../state/container.ts';
import { checkWriteLease } from '../state/lease.ts';
import { Fault } from '../wire/fault.ts';
import { checkWrite } from './conditions.ts';
import { containerOf, entryOf } from './context.ts';
import type { Context, Found } from './context.ts';
import { storedName } from './names.ts';

/** Where a write goes, checked: conditions, lease, immutability, and that no path is in the way. */
export interface Target {
  readonly container: Container;
  readonly name: string;
  readonly before: Blob | undefined;
}

/** Checks everything that can forbid to write a whole new blob. @throws Fault when something does. */
export function target(context: Context): Target {
  const container = containerOf(context);
  const name = storedName(context.call.blob ?? '', container.hns);
  const before = entryOf(context, container)?.current;
  if (container.hns) checkPath(container, name);
  checkWrite(context.call, before);
  if (before !== undefined) guardWrite(context, container, before);
  return { container, name, before };
}

/** Checks what can forbid to change a blob that exists. */
export function guardChange(context: Context, { container, blob }: Found): void {
  checkWrite(context.call, blob);
  guardWrite(context, container, blob);
}

/** Lease, copy under way, policies. */
export function guardWrite(
  { call, now, account }: Context,
  container: Container,
  blob: Blob,
): void {
  checkWriteLease(blob.lease, call.headers.get('x-ms-lease-id'), now);
  if (blob.copy?.status === 'pending') throw new Fault('PendingCopyOperation');
  // Where the older state stays as a version, a policy does not forbid a new one.
  if (account.versioning && container.versionLevelImmutability) return;
  checkProtection(container, blob, now);
}

/** Refuses to touch what a hold or a policy protects. */
export function checkProtection(container: Container, blob: Blob, now: number): void {
  const protection = container.protection(blob, now);
  if (protection === 'hold') throw new Fault('BlobImmutableDueToLegalHold');
  if (protection === 'policy') throw new Fault('BlobImmutableDueToPolicy');
}

/** In a hierarchical namespace a file has no children, and a directory can't be written over. */
function checkPath(container: Container, name: string): void {
  if (container.entry(name)?.current?.directory === true) throw new Fault('ResourceTypeMismatch');
  for (let slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
    const parent = container.entry(name.slice(0, slash))?.current;
    if (parent !== undefined && !parent.directory) throw new Fault('PathConflict');
  }
}
