const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** `text` as content of an element. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char);
}

/** What the content of an element says. */
function unescapeXml(text: string): string {
  return text.replace(
    /&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi,
    (whole, hex: unknown, decimal: unknown, name) => {
      if (typeof hex === 'string') return String.fromCodePoint(Number.parseInt(hex, 16));
      if (typeof decimal === 'string') return String.fromCodePoint(Number(decimal));
      return NAMED[String(name)] ?? whole;
    },
  );
}

/** The elements of that name, tags and all, none of which has another of that name inside. */
export function elementsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(elementPattern(name))].map(([element]) => element);
}

/** What the first element of that name says. */
export function textOf(xml: string, name: string): string | undefined {
  const [element] = elementsOf(xml, name);
  if (element === undefined) return undefined;
  return unescapeXml(element.replace(/^<[^>]*>|<\/[^>]*>$/g, ''));
}

/** `xml` without its elements of that name. */
export function withoutElements(xml: string, name: string): string {
  return replaceElements(xml, name, () => '');
}

/** Puts something else in the place of each element of that name. */
export function replaceElements(
  xml: string,
  name: string,
  replacement: (element: string) => string,
): string {
  return xml.replace(elementPattern(name), (element) => replacement(element));
}

/** Puts `addition` just before the end tag `name`, the last of them. */
export function appendTo(xml: string, name: string, addition: string): string {
  const at = xml.lastIndexOf(`</${name}>`);
  return at < 0 ? xml : xml.slice(0, at) + addition + xml.slice(at);
}

function elementPattern(name: string): RegExp {
  return new RegExp(`<${name}(?:\\s[^>]*)?(?:/>|>[\\s\\S]*?</${name}>)`, 'g');
}
