import type { Answer } from './wire.ts';

/** Status and code of an answer, as far as it has one. */
export function outcome(answer: Answer): string {
  const code = answer.status < 300 ? undefined : textOf(answer, 'Code');
  return code === undefined ? `${answer.status}` : `${answer.status} ${code}`;
}

/** Outcomes by name, of one request after the other. */
export async function outcomes(
  asked: Readonly<Record<string, () => Promise<Answer>>>,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, ask] of Object.entries(asked)) found[name] = outcome(await ask());
  return found;
}

/** The texts of all elements of a name, in order. */
export function textsOf({ text }: Pick<Answer, 'text'>, name: string): string[] {
  const pattern = new RegExp(`<${name}(?:\\s[^>]*)?(?:/>|>([^<]*)</${name}>)`, 'g');
  return Array.from(text.matchAll(pattern), ([, content = '']) => unescape(content));
}

export function textOf(answer: Pick<Answer, 'text'>, name: string): string | undefined {
  return textsOf(answer, name)[0];
}

/** What is inside of all elements of a name. */
export function partsOf({ text }: Pick<Answer, 'text'>, name: string): { readonly text: string }[] {
  const pattern = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g');
  return Array.from(text.matchAll(pattern), ([, content = '']) => ({ text: content }));
}

/** Keys, then common prefixes, of a listing: `a b | c/`. */
export function shown(answer: Answer): string {
  if (answer.status !== 200) return outcome(answer);
  const groups = partsOf(answer, 'CommonPrefixes').flatMap((part) => textsOf(part, 'Prefix'));
  return [...textsOf(answer, 'Key'), '|', ...groups].join(' ');
}

function unescape(text: string): string {
  const names: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return names[name] ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return String.fromCodePoint(code);
  });
}
