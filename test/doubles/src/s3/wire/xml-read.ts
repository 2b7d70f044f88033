import { S3Fault } from '../errors.ts';

/** An element of a request's document. Attributes and namespaces tell S3 nothing. */
export interface Element {
  readonly name: string;
  readonly children: readonly Element[];
  /** What is written directly in it. */
  readonly text: string;
}

/** @throws MalformedXML, also for what XML 1.0 cannot carry, written out or as a reference */
export function readXml(body: Buffer, root: string): Element {
  const reader = new Reader(decode(body));
  const element = reader.document();
  if (element.name !== root) throw malformed();
  return element;
}

export function malformed(): S3Fault {
  return new S3Fault('MalformedXML');
}

/** The one child of a name. @throws MalformedXML if there are more */
export function childOf(element: Element, name: string): Element | undefined {
  const found = element.children.filter((child) => child.name === name);
  if (found.length > 1) throw malformed();
  return found[0];
}

/** The text of the one child of a name. */
export function textOf(element: Element, name: string): string | undefined {
  return childOf(element, name)?.text;
}

function decode(body: Buffer): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw malformed();
  }
  // oxlint-disable-next-line no-control-regex -- they are what is refused
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) throw malformed();
  // XML makes one line feed of every kind of line end; a carriage return has to come as a reference.
  return text.replace(/\r\n?/g, '\n');
}

class Reader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Element {
    this.#skipMisc();
    const element = this.#element();
    this.#skipMisc();
    if (this.#position !== this.#text.length) throw malformed();
    return element;
  }

  #element(): Element {
    const [, name = '', closed] = this.#match(
      /<([\w.-]+(?::[\w.-]+)?)(?:\s+[^<>"']*=\s*(?:"[^<"]*"|'[^<']*'))*\s*(\/?)>/y,
    );
    const local = name.slice(name.indexOf(':') + 1);
    if (closed === '/') return { name: local, children: [], text: '' };
    const children: Element[] = [];
    let text = '';
    for (;;) {
      text += unescape(this.#match(/[^<]*/y)[0]);
      if (this.#text.startsWith('</', this.#position)) {
        if (this.#match(/<\/([\w.:-]+)\s*>/y)[1] !== name) throw malformed();
        return { name: local, children, text };
      }
      const cdata = this.#tryMatch(/<!\[CDATA\[([\s\S]*?)\]\]>/y);
      if (cdata !== undefined) text += cdata[1];
      else if (this.#tryMatch(/<!--[\s\S]*?-->/y) === undefined) children.push(this.#element());
    }
  }

  #skipMisc(): void {
    while (this.#tryMatch(/\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?-->|\ufeff/y) !== undefined);
  }

  #match(pattern: RegExp): RegExpExecArray {
    const match = this.#tryMatch(pattern);
    if (match === undefined) throw malformed();
    return match;
  }

  #tryMatch(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#position = pattern.lastIndex;
    return match;
  }
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replace(/&([^;]*);?/g, (whole, name: string) => {
    if (!whole.endsWith(';')) throw malformed();
    const character = ENTITIES[name] ?? reference(name);
    if (character === undefined) throw malformed();
    return character;
  });
}

function reference(name: string): string | undefined {
  const match = /^#(?:x([0-9a-f]+)|(\d+))$/i.exec(name);
  if (match === null) return undefined;
  const code = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16);
  const allowed =
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff);
  return allowed ? String.fromCodePoint(code) : undefined;
}
