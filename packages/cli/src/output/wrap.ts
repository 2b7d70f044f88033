import { stripVTControlCharacters } from 'node:util';

/** Columns that text takes on a terminal, near enough for Latin text. */
export function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/** Width to write for: the terminal's, within reason. Where there is none, lines stay whole, for `grep`. */
export function columnsOf(stream: { readonly columns?: number | undefined }): number {
  if (stream.columns === undefined) return Infinity;
  return Math.max(40, Math.min(stream.columns, 110));
}

/**
 * Breaks text at spaces into lines of `width`; words longer than that (keys, URLs) stay whole, so that they
 * can be copied. Line breaks in the text stay, and a line's indentation is kept for what it continues in.
 */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, width));
}

function wrapLine(line: string, width: number): string[] {
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = indent;
  for (const word of line.trim().split(/\s+/)) {
    const candidate = current === indent ? current + word : `${current} ${word}`;
    if (current !== indent && widthOf(candidate) > width) {
      lines.push(current);
      current = indent + word;
    } else {
      current = candidate;
    }
  }
  lines.push(current);
  return lines;
}

/** Indents every line but the first by `indent` spaces: a paragraph that hangs below its label. */
export function hang(text: string, indent: number, width: number): string {
  return wrap(text, width - indent).join(`\n${' '.repeat(indent)}`);
}
