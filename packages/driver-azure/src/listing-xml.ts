/** A blob of a listing, as the store tells of it. */
export interface ListedBlob {
  readonly name: string;
  readonly size: number;
  /** Milliseconds since the Unix epoch; `NaN` for blobs that were never finished. */
  readonly modified: number;
  readonly etag: string | undefined;
  /** In Base64. */
  readonly md5: string | undefined;
  readonly version: string | undefined;
  readonly isCurrent: boolean;
  /** `file` or `directory`; only hierarchical namespaces tell. */
  readonly type: string | undefined;
  /** Value of the metadata `hdi_isfolder`. */
  readonly folderMark: string | undefined;
}

/** A page of a listing. */
export interface Listing {
  readonly blobs: readonly ListedBlob[];
  readonly prefixes: readonly string[];
  /** Where to go on; `undefined` on the last page. */
  readonly next: string | undefined;
}

/**
 * Reads a page of a listing by looking for its tags: an XML parser with an object per element takes a hundred times
 * as long.
 * @returns `undefined` for what is not a whole page.
 */
export function scanListing(xml: string): Listing | undefined {
  const begin = /<Blobs\s*(\/?)>/.exec(xml);
  if (begin === null || !/<\/EnumerationResults>\s*$/.test(xml.slice(-64))) return undefined;
  const scan = new Scan(xml, begin.index + begin[0].length);
  const entries = begin[1] === '/' ? NONE : scan.entries();
  if (entries === undefined) return undefined;
  // After the blobs, where none of their names can be taken for it.
  const next = /<NextMarker(?:\s*\/>|>([^<]*)<\/NextMarker>)/.exec(xml.slice(scan.at));
  if (next === null) return undefined;
  const marker = unescapeXml(next[1] ?? '');
  return { ...entries, next: marker === '' ? undefined : marker };
}

const NONE: Omit<Listing, 'next'> = { blobs: [], prefixes: [] };
const BLOB = '<Blob>';
const PREFIX = '<BlobPrefix>';
const METADATA = '<Metadata>';
const END = '</Blobs>';

class Scan {
  /** Up to where the text has been read. */
  at: number;
  readonly #xml: string;
  readonly #hasVersions: boolean;
  readonly #hasTypes: boolean;
  /** Where the next metadata are, found once for all blobs before them. */
  #metadataAt = 0;
  #lastDate = '';
  #lastTime = Number.NaN;

  constructor(xml: string, at: number) {
    this.#xml = xml;
    this.at = at;
    // Most accounts have neither: then they are not looked for in each blob.
    this.#hasVersions = xml.includes('<VersionId>');
    this.#hasTypes = xml.includes('<ResourceType>');
  }

  entries(): Omit<Listing, 'next'> | undefined {
    const blobs: ListedBlob[] = [];
    const prefixes: string[] = [];
    const xml = this.#xml;
    for (;;) {
      this.#skipSpace();
      if (xml.startsWith(BLOB, this.at)) {
        const end = this.#endOfBlob();
        if (end < 0) return undefined;
        const blob = this.#blob(xml.slice(this.at + BLOB.length, end));
        if (blob === undefined) return undefined;
        blobs.push(blob);
        this.at = end + '</Blob>'.length;
      } else if (xml.startsWith(PREFIX, this.at)) {
        const end = xml.indexOf('</BlobPrefix>', this.at);
        const name = end < 0 ? undefined : nameIn(xml.slice(this.at, end));
        if (name === undefined) return undefined;
        prefixes.push(name);
        this.at = end + '</BlobPrefix>'.length;
      } else {
        return xml.startsWith(END, this.at) ? { blobs, prefixes } : undefined;
      }
    }
  }

  #skipSpace(): void {
    while (this.#xml.charCodeAt(this.at) <= 32) this.at++;
  }

  /** Metadata may have any name, so what ends a blob is looked for behind them. */
  #endOfBlob(): number {
    const xml = this.#xml;
    const end = xml.indexOf('</Blob>', this.at);
    if (this.#metadataAt >= 0 && this.#metadataAt < this.at) {
      this.#metadataAt = xml.indexOf(METADATA, this.at);
    }
    if (this.#metadataAt < 0 || this.#metadataAt > end) return end;
    const behind = xml.indexOf('</Metadata>', this.#metadataAt);
    return behind < 0 ? -1 : xml.indexOf('</Blob>', behind);
  }

  #blob(whole: string): ListedBlob | undefined {
    const [text, metadata] = this.#metadataAt < 0 ? [whole, undefined] : withoutMetadata(whole);
    const at = text.indexOf('<Properties>');
    const head = text.slice(0, at);
    const name = nameIn(head);
    if (at < 0 || name === undefined) return undefined;
    const properties = text.slice(at);
    return {
      name,
      size: Number(element(properties, 'Content-Length') ?? 0),
      modified: this.#time(element(properties, 'Last-Modified')),
      etag: element(properties, 'Etag'),
      md5: element(properties, 'Content-MD5'),
      version: this.#hasVersions ? element(head, 'VersionId') : undefined,
      isCurrent: this.#hasVersions && element(head, 'IsCurrentVersion') === 'true',
      type: this.#hasTypes ? element(properties, 'ResourceType') : undefined,
      folderMark: metadata === undefined ? undefined : folderMark(metadata),
    };
  }

  /** Blobs that were written together have the same time. */
  #time(date: string | undefined): number {
    if (date === undefined) return Number.NaN;
    if (date !== this.#lastDate) {
      this.#lastDate = date;
      this.#lastTime = Date.parse(date);
    }
    return this.#lastTime;
  }
}

/** A blob's text without its metadata, and those. */
function withoutMetadata(text: string): readonly [text: string, metadata: string | undefined] {
  const begin = text.indexOf(METADATA);
  if (begin < 0) return [text, undefined];
  const end = text.lastIndexOf('</Metadata>');
  const rest = text.slice(0, begin) + text.slice(end);
  return [rest, text.slice(begin + METADATA.length, end)];
}

function folderMark(metadata: string): string | undefined {
  return /<hdi_isfolder>([^<]*)<\/hdi_isfolder>/i.exec(metadata)?.[1];
}

/** The text of an element without attributes; `undefined` where it is not there or empty. */
function element(text: string, name: string): string | undefined {
  const begin = text.indexOf(`<${name}>`);
  if (begin < 0) return undefined;
  const from = begin + name.length + 2;
  const to = text.indexOf('<', from);
  return to <= from ? undefined : unescapeXml(text.slice(from, to));
}

/** The text of `<Name>`, which is percent-encoded where XML could not have it otherwise. */
function nameIn(text: string): string | undefined {
  const begin = text.indexOf('<Name');
  const from = text.indexOf('>', begin) + 1;
  const to = text.indexOf('</Name>', from);
  if (begin < 0 || from <= 0 || to < 0) return undefined;
  const name = unescapeXml(text.slice(from, to));
  const isEncoded = from - begin > '<Name>'.length && text.slice(begin, from).includes('"true"');
  return isEncoded ? decoded(name) : name;
}

function decoded(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) => {
    if (typeof hex === 'string') return String.fromCodePoint(Number.parseInt(hex, 16));
    if (typeof decimal === 'string') return String.fromCodePoint(Number(decimal));
    return ENTITIES[String(name)] ?? all;
  });
}
