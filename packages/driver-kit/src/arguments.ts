import type { Capabilities, GetOptions, Key, ListOptions, PutOptions } from '@dunnage/driver-api';
import type { Session } from './session.ts';

/**
 * Checks the options of a listing.
 * @returns the page size: what was asked for, cut to what the store allows.
 * @throws {StorageError} `INVALID_ARGUMENT`, `INVALID_KEY`, `UNSUPPORTED`.
 */
export function checkListOptions(
  session: Session,
  op: string,
  options: ListOptions,
  capabilities: Pick<Capabilities['list'], 'startAfter' | 'resumableCursor' | 'maxPageSize'>,
): number {
  const { prefix, depth, detail, startAfter, cursor, pageSize } = options;
  if (prefix !== undefined) session.checkPrefix(prefix);
  session.require(op, capabilities.startAfter, startAfter, 'startAfter');
  session.require(op, capabilities.resumableCursor, cursor, 'cursors');
  if (startAfter !== undefined) session.checkKey(op, startAfter);
  checkOneOf(session, op, 'depth', depth, ['recursive', 'children']);
  checkOneOf(session, op, 'detail', detail, ['full', 'keys']);
  if (pageSize !== undefined && !(Number.isSafeInteger(pageSize) && pageSize >= 1)) {
    throw session.error('INVALID_ARGUMENT', op, `pageSize is a number from 1 up, not ${pageSize}`);
  }
  return Math.min(pageSize ?? capabilities.maxPageSize, capabilities.maxPageSize);
}

/** @throws {StorageError} `INVALID_ARGUMENT` */
export function checkRange(session: Session, range: GetOptions['range'], key: Key): void {
  if (range === undefined) return;
  const { start, end } = range;
  const whole = Number.isSafeInteger(start) && (end === undefined || Number.isSafeInteger(end));
  if (whole && start >= 0 && (end === undefined || end > start)) return;
  const message = `a range is { start, end } with 0 <= start < end, not { start: ${start}, end: ${end} }`;
  throw session.error('INVALID_ARGUMENT', 'get', message, key);
}

/** Checks the options of a put or copy. @throws {StorageError} `INVALID_ARGUMENT`, `UNSUPPORTED`. */
export function checkPutOptions(
  session: Session,
  op: string,
  key: Key,
  options: PutOptions,
  capabilities: Capabilities['put'],
): void {
  const { ifAbsent, ifMatch, checksum, size } = options;
  session.require(op, capabilities.ifAbsent, ifAbsent, 'ifAbsent');
  session.require(op, capabilities.ifMatch, ifMatch, 'ifMatch');
  if (checksum !== undefined) {
    const known = capabilities.checksums.includes(checksum.algorithm);
    session.require(op, known, checksum, `the checksum ${checksum.algorithm}`);
  }
  if (ifAbsent === true && ifMatch !== undefined) {
    throw session.error('INVALID_ARGUMENT', op, 'ifAbsent and ifMatch exclude one another', key);
  }
  if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0)) {
    throw session.error('INVALID_ARGUMENT', op, `size is a number of bytes, not ${size}`, key);
  }
  const { maxBytes } = capabilities;
  if (size !== undefined && maxBytes !== undefined && size > maxBytes) {
    const message = `${JSON.stringify(key)} has ${size} bytes; the store takes ${maxBytes} at most`;
    throw session.error('TOO_LARGE', op, message, key);
  }
}

function checkOneOf(
  session: Session,
  op: string,
  name: string,
  value: string | undefined,
  allowed: readonly string[],
): void {
  if (value === undefined || allowed.includes(value)) return;
  const message = `${name} is one of ${allowed.join(', ')}, not ${JSON.stringify(value)}`;
  throw session.error('INVALID_ARGUMENT', op, message);
}
