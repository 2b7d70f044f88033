/** `<name>text</name>`, or `<name />` as the service writes empty ones. */
export function element(name: string, text: string | number | boolean): string {
  const value = escapeXml(String(text));
  return value === '' ? `<${name} />` : `<${name}>${value}</${name}>`;
}

/** An element only where there is something to say. */
export function optional(name: string, text: string | number | boolean | undefined): string {
  return text === undefined ? '' : element(name, text);
}

/** A body of the service: it begins with a byte order mark. */
export function document(root: string): Buffer {
  return Buffer.from(`\uFEFF<?xml version="1.0" encoding="utf-8"?>${root}`);
}

/** For text; quotes stay. */
export function escapeXml(text: string): string {
  return text.replaceAll(/[&<>]/gu, (character) => entities[character] ?? character);
}

/** Characters that XML can't carry at all; the service percent-encodes names that have one. */
export function unfitForXml(text: string): boolean {
  return /[\uFFFE\uFFFF]/u.test(text);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

/** One element of a small document: its name and either its children or its text. */
export interface XmlNode {
  readonly name: string;
  readonly children: XmlNode[];
  text: string;
}

/**
 * Reads the small documents that clients send: elements and text, no attributes that matter.
 * Undefined when it is not well-formed.
 */
export function parseXml(source: string): XmlNode | undefined {
  const root: XmlNode = { name: '', children: [], text: '' };
  const open: XmlNode[] = [root];
  const token = /<\?[^]*?\?>|<!--[^]*?-->|<(\/?)([A-Za-z_][\w.-]*)[^<>]*?(\/?)>|([^<]+)/gy;
  const text = source.replace(/^\uFEFF/u, '').trim();
  let end = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    end = token.lastIndex;
    const [, closing, name, selfClosing, content] = match;
    const current = open.at(-1) ?? root;
    if (content !== undefined) current.text += unescapeXml(content);
    else if (name === undefined) continue;
    else if (closing === '/') {
      if (open.pop()?.name !== name || open.length === 0) return undefined;
    } else {
      const node: XmlNode = { name, children: [], text: '' };
      current.children.push(node);
      if (selfClosing !== '/') open.push(node);
    }
  }
  const whole = end === text.length && open.length === 1 && root.children.length === 1;
  return whole ? root.children[0] : undefined;
}

function unescapeXml(text: string): string {
  return text.replaceAll(
    /&(?:#x([0-9a-f]+)|#(\d+)|(amp|lt|gt|quot|apos));/giu,
    (_, hex, decimal, name) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(String(hex), 16));
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      return named[String(name)] ?? '';
    },
  );
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};
