import type { Blob } from '../state/blob.ts';
import type { Container } from '../state/container.ts';
import { checkWriteLease } from '../state/lease.ts';
import { protection } from '../state/protection.ts';
import type { Action } from '../state/protection.ts';
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
  /** The path ended with a slash, which makes a directory where there are such. */
  readonly folder: boolean;
}

/** Checks everything that can forbid to write a whole new blob. @throws Fault when something does. */
export function target(
  context: Context,
  code: 'ConditionNotMet' | 'TargetConditionNotMet' = 'ConditionNotMet',
): Target {
  const container = containerOf(context);
  const asked = storedName(context.call.blob ?? '', container.hns);
  const folder = container.hns && asked.endsWith('/');
  const name = folder ? asked.slice(0, -1) : asked;
  if (name === '') throw new Fault('InvalidUri');
  if (container.hns) checkPath(container, name);
  const before = entryOf(context, container, name)?.current;
  checkWrite(context.call, before, { creates: true, code });
  if (before !== undefined) guard(context, { container, blob: before }, 'overwrite');
  return { container, name, before, folder };
}

/** Checks what can forbid to change a blob that exists. */
export function guardChange(context: Context, found: Found): void {
  checkWrite(context.call, found.blob);
  guard(context, found, 'change');
}

/** Lease, copy under way, holds and policies. */
export function guard(
  context: Context,
  found: { readonly container: Container; readonly blob: Blob },
  action: Action,
): void {
  const { call, now } = context;
  checkWriteLease(found.blob.lease, call.headers.get('x-ms-lease-id'), now);
  if (found.blob.copy?.status === 'pending') throw new Fault('PendingCopyOperation');
  guardProtection(context, found, action);
}

/** Refuses to touch what a hold or a policy protects. */
export function guardProtection(
  { account, now }: Context,
  { container, blob }: { readonly container: Container; readonly blob: Blob },
  action: Action,
): void {
  const reason = protection(container, blob, action, { now, versioning: account.versioning });
  if (reason === 'hold') throw new Fault('BlobImmutableDueToLegalHold');
  if (reason === 'policy') throw new Fault('BlobImmutableDueToPolicy');
}

/** In a hierarchical namespace a file has no children, and a directory can't be written over. */
function checkPath(container: Container, name: string): void {
  if (container.entry(name)?.current?.directory === true) throw new Fault('ResourceTypeMismatch');
  for (let slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
    const parent = container.entry(name.slice(0, slash))?.current;
    if (parent !== undefined && !parent.directory) throw new Fault('PathConflict');
  }
}
