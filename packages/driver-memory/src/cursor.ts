import type { Prefix } from '@dunnage/driver-api';
import { storageError } from './errors.ts';

/** An opaque cursor for "after `position`". */
export function encodeCursor(...position: readonly string[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws `INVALID_ARGUMENT` for anything but a cursor of a listing below the same prefix. */
export function decodeCursor(op: string, cursor: string, prefix: Prefix): string {
  return decodePosition(op, cursor, prefix, 1)[0] ?? '';
}

/** {@link decodeCursor} for positions of several parts, of which the first is below the prefix. */
export function decodePosition(
  op: string,
  cursor: string,
  prefix: Prefix,
  parts: number,
): readonly string[] {
  const position = parse(cursor);
  const valid =
    Array.isArray(position) &&
    position.length === parts &&
    position.every((part) => typeof part === 'string');
  if (valid && position[0]?.startsWith(prefix) === true && position[0] !== '') return position;
  const message = `${JSON.stringify(cursor)} is not a cursor of a listing of ${JSON.stringify(prefix)}`;
  throw storageError('INVALID_ARGUMENT', op, message);
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
