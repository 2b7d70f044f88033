import { etagOf } from './facts.ts';
import { Unknown, XmlScan } from './scan-xml.ts';

/** An object as a listing tells of it. */
export interface Listed {
  readonly name: string;
  readonly size: number;
  /** Milliseconds since the epoch, whole seconds. */
  readonly modified: number;
  readonly etag: string | undefined;
}

/** One page of a listing as the store gave it. */
export interface Page {
  readonly objects: readonly Listed[];
  readonly prefixes: readonly string[];
  readonly truncated: boolean;
  /** With what the listing goes on. */
  readonly token: string | undefined;
  /** How many objects and prefixes the store says it has put on the page. */
  readonly count: number | undefined;
}

/**
 * Reads the answer to ListObjectsV2, about eight times as fast as a general parser.
 * @throws {Unknown} where it has something that this does not know: then a general parser has to read it.
 */
export function scanPage(body: Buffer): Page {
  const scan = new XmlScan(body);
  const objects: Listed[] = [];
  const prefixes: string[] = [];
  const leaves = new Map<string, string>();
  scan.root(ROOT);
  for (let name = scan.child(ROOT); name !== undefined; name = scan.child(ROOT)) {
    if (name === 'Contents') objects.push(object(scan));
    else if (name === 'CommonPrefixes') prefixes.push(prefix(scan));
    else if (!LEAVES.has(name)) scan.skip(name);
    else {
      if (leaves.has(name)) throw new Unknown(`two of ${name}`);
      leaves.set(name, scan.text(name));
    }
  }
  scan.end();
  const decode = decoder(leaves.get('EncodingType'));
  const token = leaves.get('NextContinuationToken');
  return {
    objects: decode === undefined ? objects : objects.map((each) => decoded(each, decode)),
    prefixes: decode === undefined ? prefixes : prefixes.map(decode),
    truncated: truth(leaves.get('IsTruncated')),
    token: token === '' ? undefined : token,
    count: leaves.has('KeyCount') ? whole(leaves.get('KeyCount')) : undefined,
  };
}

const ROOT = 'ListBucketResult';
const LEAVES = new Set(['IsTruncated', 'NextContinuationToken', 'KeyCount', 'EncodingType']);

function object(scan: XmlScan): Listed {
  let key: string | undefined;
  let size: number | undefined;
  let modified: number | undefined;
  let etag: string | undefined;
  for (let name = scan.child('Contents'); name !== undefined; name = scan.child('Contents')) {
    switch (name) {
      case 'Key':
        if (key !== undefined) throw new Unknown('two keys');
        key = scan.text(name);
        break;
      case 'Size':
        if (size !== undefined) throw new Unknown('two sizes');
        size = whole(scan.text(name));
        break;
      case 'LastModified':
        if (modified !== undefined) throw new Unknown('two times');
        modified = time(scan.text(name));
        break;
      case 'ETag':
        if (etag !== undefined) throw new Unknown('two etags');
        etag = scan.text(name);
        break;
      default:
        scan.skip(name);
    }
  }
  if (key === undefined || size === undefined || modified === undefined) {
    throw new Unknown('an object without key, size or time');
  }
  return { name: key, size, modified, etag: etagOf(etag) };
}

function prefix(scan: XmlScan): string {
  let text: string | undefined;
  const parent = 'CommonPrefixes';
  for (let name = scan.child(parent); name !== undefined; name = scan.child(parent)) {
    if (name !== 'Prefix') scan.skip(name);
    else if (text !== undefined) throw new Unknown('two prefixes in one');
    else text = scan.text(name);
  }
  if (text === undefined) throw new Unknown('a prefix without a name');
  return text;
}

/** How names are to be decoded: stores say whether they have honoured the encoding that was asked for. */
function decoder(encoding: string | undefined): ((text: string) => string) | undefined {
  if (encoding === undefined || encoding === '') return undefined;
  if (encoding !== 'url') throw new Unknown(`the encoding ${encoding}`);
  return decodeName;
}

/** A name out of `encoding-type=url`, in which a space may be a `+`. */
export function decodeName(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Unknown('a name that is not encoded as said');
  }
}

function decoded(listed: Listed, decode: (text: string) => string): Listed {
  const name = decode(listed.name);
  return name === listed.name ? listed : { ...listed, name };
}

function truth(text: string | undefined): boolean {
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw new Unknown('neither whole nor truncated');
}

function whole(text: string | undefined): number {
  const number = text === undefined ? Number.NaN : digits(text, 0, text.length);
  if (!Number.isSafeInteger(number)) throw new Unknown('no number');
  return number;
}

/** A time such as `2026-11-22T08:00:00.000Z`, in whole seconds. */
function time(text: string): number {
  const { length } = text;
  const formed =
    (length === 20 || (length > 21 && text[19] === '.')) &&
    text[length - 1] === 'Z' &&
    text[4] === '-' &&
    text[7] === '-' &&
    text[10] === 'T' &&
    text[13] === ':' &&
    text[16] === ':';
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  const [hour, minute] = [digits(text, 11, 13), digits(text, 14, 16)];
  const second = digits(text, 17, 19);
  const fraction = length === 20 ? 0 : digits(text, 20, length - 1);
  const seconds = Date.UTC(year, month - 1, day, hour, minute, second);
  const possible =
    month >= 1 && day >= 1 && hour < 24 && minute < 60 && second < 60 && fraction >= 0;
  // A day or month that there is not would be taken for one that comes later.
  const exists = new Date(seconds).getUTCDate() === day && month <= 12;
  if (!formed || !possible || !exists) throw new Unknown('no time');
  return seconds;
}

/** The number that stands there, or `NaN` where there is anything else than digits. */
function digits(text: string, start: number, end: number): number {
  let number = start < end ? 0 : Number.NaN;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    number = digit >= 0 && digit <= 9 ? number * 10 + digit : Number.NaN;
  }
  return number;
}
