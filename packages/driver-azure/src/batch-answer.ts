/** What the store says of one delete. */
export interface Answer {
  readonly status: number;
  readonly get: (header: string) => string | undefined;
}

/** The answers in a multipart body, by the numbers of their requests. */
export function partsOfBatch(
  text: string,
  contentType: string,
  count: number,
): readonly (Answer | undefined)[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  const answers = Array.from<Answer | undefined>({ length: count });
  if (boundary === undefined) return answers;
  const seen = new Set<number>();
  for (const part of text.split(`--${boundary}`).slice(1)) {
    const parsed = parsePart(part);
    if (parsed === undefined || parsed.id >= count) continue;
    // Two answers to one request say nothing about it.
    answers[parsed.id] = seen.has(parsed.id) ? undefined : parsed.answer;
    seen.add(parsed.id);
  }
  return answers;
}

function parsePart(part: string): { readonly id: number; readonly answer: Answer } | undefined {
  const lines = part.split(/\r?\n/);
  const start = lines.findIndex((line) => /^HTTP\/1\.\d \d{3}\b/.test(line));
  if (start < 0) return undefined;
  const id = lines
    .slice(0, start)
    .map((line) => /^content-id:\s*(\d+)\s*$/i.exec(line)?.[1])
    .find((found) => found !== undefined);
  if (id === undefined) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines.slice(start + 1)) {
    if (line === '') break;
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  // A part that was cut off within its headers has no empty line behind them.
  if (!lines.slice(start + 1).includes('')) return undefined;
  const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(lines[start] ?? '')?.[1]);
  return { id: Number(id), answer: { status, get: (name) => headers.get(name.toLowerCase()) } };
}
