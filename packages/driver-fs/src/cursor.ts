import { compareKeys } from '@dunnage/driver-api';
import { storageError } from './errors.ts';

/** A place in a listing: what was listed last. It needs no memory in the driver. */
export interface Position {
  readonly prefix: string;
  readonly depth: 'recursive' | 'children';
  /** A key, or a prefix in a listing of children. */
  readonly last: string;
}

export function encodeCursor({ prefix, depth, last }: Position): string {
  return Buffer.from(JSON.stringify([1, depth, prefix, last])).toString('base64url');
}

/**
 * The last entry before the place that `cursor` marks.
 * @throws {StorageError} `INVALID_ARGUMENT` for a cursor of another listing, or none at all.
 */
export function decodeCursor(
  cursor: string,
  { prefix, depth }: Pick<Position, 'prefix' | 'depth'>,
): string {
  const position = parse(cursor);
  if (Array.isArray(position)) {
    const [version, ofDepth, ofPrefix, last] = position as unknown[];
    const same = version === 1 && ofDepth === depth && ofPrefix === prefix;
    if (same && typeof last === 'string' && last.startsWith(prefix)) return last;
  }
  throw storageError({
    code: 'INVALID_ARGUMENT',
    op: 'list',
    message: `${JSON.stringify(cursor)} is not a cursor of this listing (${depth} below ${JSON.stringify(prefix)})`,
  });
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** The later of two bounds. */
export function laterOf(a: string, b: string): string {
  return compareKeys(a, b) >= 0 ? a : b;
}
