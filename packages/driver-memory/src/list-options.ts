import type { ListOptions } from '@dunnage/driver-api';
import { storageError } from './errors.ts';
import type { Session } from './session.ts';

/**
 * Checks the options of a listing.
 * @returns the page size: what was asked for, cut to what the store allows.
 */
export function checkListOptions(session: Session, op: string, options: ListOptions): number {
  const { prefix, depth, detail, startAfter, cursor, pageSize } = options;
  const { list } = session.store.profile.capabilities;
  if (prefix !== undefined) session.checkPrefix(prefix);
  session.require(op, list.startAfter, startAfter, 'startAfter');
  session.require(op, list.resumableCursor, cursor, 'cursors');
  if (startAfter !== undefined) session.checkKey(op, startAfter);
  checkOneOf(op, 'depth', depth, ['recursive', 'children']);
  checkOneOf(op, 'detail', detail, ['full', 'keys']);
  if (pageSize !== undefined && !(Number.isSafeInteger(pageSize) && pageSize >= 1)) {
    throw storageError('INVALID_ARGUMENT', op, `pageSize is a number from 1 up, not ${pageSize}`);
  }
  return Math.min(pageSize ?? list.maxPageSize, list.maxPageSize);
}

function checkOneOf(
  op: string,
  name: string,
  value: string | undefined,
  allowed: readonly string[],
): void {
  if (value === undefined || allowed.includes(value)) return;
  const message = `${name} is one of ${allowed.join(', ')}, not ${JSON.stringify(value)}`;
  throw storageError('INVALID_ARGUMENT', op, message);
}
