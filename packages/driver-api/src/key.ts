import { StorageError } from './error.ts';

/**
 * Name of an object: UTF-8, no leading or trailing `/`, no empty, `.` or `..` segment, no NUL,
 * relative to the storage's root. Only {@link parseKey} and {@link joinKey} make one.
 */
export type Key = string & { readonly __brand: 'Key' };

/**
 * `''` (the storage's root) or a key followed by `/`. Bounded by a slash, so that `repo/` can never
 * match `repo-2/…`. Only {@link parsePrefix} and {@link joinPrefix} make one.
 */
export type Prefix = string & { readonly __brand: 'Prefix' };

/** The whole storage. A separate, explicit value: no accident of string building yields it. */
export const ROOT: Prefix = '' as Prefix;

/** A segment that is a step to the same directory or the one above. */
const DOTS = /(?:^|\/)(\.\.?)(?:\/|$)/;

/** Why `text` can't be a key, in words, or `undefined` when it can. */
export function explainInvalidKey(text: unknown): string | undefined {
  if (typeof text !== 'string') return `a key is a string, not ${typeof text}`;
  if (text === '') return 'a key is not empty';
  if (text.startsWith('/')) return 'a key has no leading "/"';
  if (text.endsWith('/')) return 'a key has no trailing "/"';
  if (text.includes('\0')) return 'a key has no NUL character';
  if (!text.isWellFormed()) return 'a key is valid Unicode (this one has a lone surrogate)';
  // Every name of every listing comes this way: no array of segments is made.
  if (text.includes('//')) return 'a key has no empty segment ("//")';
  if (!text.includes('.')) return undefined;
  const dots = DOTS.exec(text)?.[1];
  return dots === undefined ? undefined : `a key has no "${dots}" segment`;
}

/** True when `text` is a valid {@link Key}. */
export function isKey(text: unknown): text is Key {
  return explainInvalidKey(text) === undefined;
}

/**
 * Checks `text` and brands it as a {@link Key}.
 * @throws {StorageError} `INVALID_KEY`, naming the text and the rule it breaks.
 */
export function parseKey(text: string): Key {
  const why = explainInvalidKey(text);
  if (why !== undefined) throw invalidKey(text, why);
  return text as Key;
}

/**
 * Checks `text` and brands it as a {@link Prefix}: `''`, or a valid key followed by one `/`.
 * @throws {StorageError} `INVALID_KEY`, naming the text and the rule it breaks.
 */
export function parsePrefix(text: string): Prefix {
  if (text === '') return ROOT;
  const why = text.endsWith('/') ? explainInvalidKey(text.slice(0, -1)) : 'a prefix ends with "/"';
  if (why !== undefined) throw invalidKey(text, why);
  return text as Prefix;
}

/**
 * The key below `prefix` made of `segments`, which may themselves contain `/`.
 * @throws {StorageError} `INVALID_KEY` where the result is not a key.
 */
export function joinKey(prefix: Prefix, ...segments: readonly string[]): Key {
  return parseKey(prefix + segments.join('/'));
}

/**
 * The prefix below `prefix` made of `segments`, which may themselves contain `/`.
 * @throws {StorageError} `INVALID_KEY` where the result is not a prefix.
 */
export function joinPrefix(prefix: Prefix, ...segments: readonly string[]): Prefix {
  return segments.length === 0 ? prefix : parsePrefix(`${prefix}${segments.join('/')}/`);
}

/** The prefix that holds `key` directly: `a/b/c` → `a/b/`, `a` → {@link ROOT}. */
export function parentOf(key: Key): Prefix {
  return key.slice(0, key.lastIndexOf('/') + 1) as Prefix;
}

/**
 * Orders two keys (or any strings) by their UTF-8 bytes, as stores do; JavaScript's `<` compares
 * UTF-16 units, which puts U+1F600 before U+FF5E.
 * @returns a negative number, 0 or a positive number, as `Array.prototype.sort` wants it.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x !== y) return surrogatesLast(x) - surrogatesLast(y);
  }
  return a.length - b.length;
}

/** Code units of astral characters (surrogates) sort after all others in UTF-8, not before U+E000. */
function surrogatesLast(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function invalidKey(text: unknown, why: string): StorageError {
  return new StorageError({
    code: 'INVALID_KEY',
    op: 'parse',
    driver: 'driver-api',
    message: `${JSON.stringify(text)} is not a valid key or prefix: ${why}`,
  });
}
