/**
 * An element with text. What XML 1.0 has no form for becomes a reference, as S3 writes it, although
 * parsers refuse that: clients are meant to ask for `encoding-type=url`.
 */
export function leaf(name: string, text: string | number | boolean): string {
  return `<${name}>${typeof text === 'string' ? escapeText(text) : String(text)}</${name}>`;
}

/** A leaf, or nothing at all. */
export function optionalLeaf(name: string, text: string | number | boolean | undefined): string {
  return text === undefined ? '' : leaf(name, text);
}

/** An element with elements in it, which are written already. */
export function branch(name: string, ...children: readonly string[]): string {
  return `<${name}>${children.join('')}</${name}>`;
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A whole document in the namespace of S3. */
export function document(root: string, ...children: readonly string[]): string {
  return `${DECLARATION}<${root} xmlns="${NAMESPACE}">${children.join('')}</${root}>`;
}

/** Errors have no namespace. */
export function errorDocument(...children: readonly string[]): string {
  return `${DECLARATION}<Error>${children.join('')}</Error>`;
}

// oxlint-disable-next-line no-control-regex -- they are what this is about
const SPECIAL = /[&<>"\u0000-\u0008\u000b-\u001f\ufffe\uffff]/;
const ALL_SPECIAL = new RegExp(SPECIAL, 'g');
const NAMED: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escapeText(text: string): string {
  // Pages have thousands of texts with nothing special in them.
  if (!SPECIAL.test(text)) return text;
  return text.replace(
    ALL_SPECIAL,
    (character) => NAMED[character] ?? `&#x${character.charCodeAt(0).toString(16)};`,
  );
}
