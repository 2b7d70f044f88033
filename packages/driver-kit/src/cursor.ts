import { StorageError } from '@dunnage/driver-api';
import type { Prefix } from '@dunnage/driver-api';

/** An opaque cursor for a listing of `prefix`, holding what the store needs to go on. */
export function encodeCursor(prefix: Prefix, ...position: readonly string[]): string {
  return Buffer.from(JSON.stringify([prefix, ...position])).toString('base64url');
}

/**
 * The parts that {@link encodeCursor} took.
 * @throws {StorageError} `INVALID_ARGUMENT` for anything but a cursor of a listing of the same prefix.
 */
export function decodeCursor(
  driver: string,
  op: string,
  cursor: string,
  prefix: Prefix,
  parts: number,
): readonly string[] {
  const [of, ...position] = parse(cursor);
  if (of === prefix && position.length === parts) return position;
  const message = `${JSON.stringify(cursor)} is not a cursor of a listing of ${JSON.stringify(prefix)}`;
  throw new StorageError({ code: 'INVALID_ARGUMENT', op, driver, message });
}

function parse(cursor: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const valid = Array.isArray(value) && value.every((part) => typeof part === 'string');
    return valid ? value : [];
  } catch {
    return [];
  }
}
