import { isAscii, isUtf8 } from 'node:buffer';

/** Thrown by {@link XmlScan} where a document has something that it does not know. */
export class Unknown extends Error {}

const LESS = 0x3c;
const SLASH = 0x2f;

/** A tag with attributes, none of which has a `<` or `>` in its value. */
const ATTRIBUTES = /^\s+(?:[\w:.-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*')\s*)*$/;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/**
 * Walks through the few forms of XML that stores answer listings with: elements, text, entities. Whatever else a
 * document may have (comments, CDATA, declarations) ends it with {@link Unknown}, and so does a tag that closes
 * nothing: what this does not understand it does not guess.
 */
export class XmlScan {
  readonly #text: string;
  #at = 0;

  constructor(body: Buffer) {
    if (isAscii(body)) this.#text = body.toString('latin1');
    else if (isUtf8(body)) this.#text = body.toString('utf8');
    else throw new Unknown('not UTF-8');
  }

  /** Enters the root element, passing over the declaration before it. */
  root(name: string): void {
    this.#space();
    if (this.#text.startsWith('<?xml ', this.#at)) {
      this.#at = this.#find('?>') + 2;
      this.#space();
    }
    if (this.open() !== name) throw new Unknown('another root');
  }

  /** Checks that nothing comes behind the root. */
  end(): void {
    this.#space();
    if (this.#at !== this.#text.length) throw new Unknown('something behind the root');
  }

  /** The name of the element that opens here, or `undefined` where `parent` closes, which is then left. */
  child(parent: string): string | undefined {
    this.#space();
    if (this.#text.charCodeAt(this.#at + 1) !== SLASH) return this.open();
    this.#close(parent);
    return undefined;
  }

  /** Enters the element that opens here; its name, with a `/` behind it where it is empty. */
  open(): string {
    if (this.#text.charCodeAt(this.#at) !== LESS) throw new Unknown('no element');
    const end = this.#find('>');
    const name = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return /^[\w.-]+$/.test(name) ? name : withoutAttributes(name);
  }

  /** The text of the element `name`, which was entered and has nothing else in it. */
  text(name: string): string {
    const start = this.#at;
    const end = this.#find('<');
    this.#at = end;
    this.#close(name);
    const text = this.#text.slice(start, end);
    if (!text.includes('&') && !text.includes('\r')) return text;
    return unquoted(text) ?? decode(text);
  }

  /** Leaves the element `name`, whatever is in it. */
  skip(name: string): void {
    if (name.endsWith('/')) return;
    for (;;) {
      this.#at = this.#find('<');
      if (this.#text.charCodeAt(this.#at + 1) === SLASH) {
        this.#close(name);
        return;
      }
      this.skip(this.open());
    }
  }

  #close(name: string): void {
    const end = this.#at + 2 + name.length;
    const closes =
      this.#text.startsWith('</', this.#at) &&
      this.#text.startsWith(name, this.#at + 2) &&
      this.#text.startsWith('>', end);
    if (!closes) throw new Unknown(`no end of ${name}`);
    this.#at = end + 1;
  }

  #find(what: string): number {
    const at = this.#text.indexOf(what, this.#at);
    if (at === -1) throw new Unknown(`no ${what}`);
    return at;
  }

  #space(): void {
    let unit = this.#text.charCodeAt(this.#at);
    while (unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09) {
      unit = this.#text.charCodeAt(++this.#at);
    }
  }
}

function withoutAttributes(tag: string): string {
  const empty = tag.endsWith('/');
  const [name = ''] = /^[\w.-]+/.exec(tag) ?? [];
  const attributes = tag.slice(name.length, empty ? -1 : undefined);
  if (name === '' || (attributes !== '' && !ATTRIBUTES.test(attributes))) {
    throw new Unknown('a tag of another form');
  }
  return empty ? `${name}/` : name;
}

const QUOTE = '&quot;';

/** Text in quotes, as all etags are, without other entities: the one case that is worth being quick at. */
function unquoted(text: string): string | undefined {
  const end = text.length - QUOTE.length;
  const plain = text.startsWith(QUOTE) && end > 0 && text.indexOf('&', 1) === end;
  return plain && text.endsWith(QUOTE) && !text.includes('\r')
    ? `"${text.slice(QUOTE.length, end)}"`
    : undefined;
}

function decode(text: string): string {
  if (text.includes('\r')) throw new Unknown('a bare carriage return');
  return text.replace(/&([^;&]*);?/g, (whole, name: string) => {
    if (!whole.endsWith(';')) throw new Unknown('a bare ampersand');
    const known = ENTITIES[name];
    if (known !== undefined) return known;
    const [, hex, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name) ?? [];
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (!(point > 0 && point <= 0x10ffff)) throw new Unknown('an entity of another kind');
    return String.fromCodePoint(point);
  });
}
