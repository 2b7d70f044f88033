import type { IncomingHttpHeaders } from 'node:http';

/** The answer to one call of a batch. */
export interface PartAnswer {
  readonly status: number;
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly body: Buffer;
}

/**
 * The answers in a batch's body by the ids of their calls. A part that is cut, has no id or no status is
 * left out: no answer is better than a wrong one.
 */
export function parseBatch(contentType: string, body: Buffer): ReadonlyMap<string, PartAnswer> {
  const answers = new Map<string, PartAnswer>();
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return answers;
  // One character per byte: lengths are those of the wire.
  const pieces = `\r\n${body.toString('latin1')}`.split(`\r\n--${boundary}`);
  // What comes before the first boundary is no part, and what comes after the last is nothing or cut.
  for (const piece of pieces.slice(1, -1)) {
    const part = parsePart(piece);
    if (part !== undefined && !answers.has(part.id)) answers.set(part.id, part.answer);
  }
  return answers;
}

function parsePart(
  piece: string,
): { readonly id: string; readonly answer: PartAnswer } | undefined {
  const [outer, http] = headAndRest(piece);
  const id = /^<?response-(.*?)>?$/.exec(headersIn(outer)['content-id'] ?? '')?.[1];
  if (id === undefined || http === undefined) return undefined;
  const [head, rest = ''] = headAndRest(http);
  const [statusLine = '', ...lines] = head.split('\r\n');
  const status = Number(/^HTTP\/[\d.]+ (\d{3})(?: |$)/.exec(statusLine)?.[1]);
  if (Number.isNaN(status)) return undefined;
  const headers = headersIn(lines.join('\r\n'));
  return { id, answer: { status, headers, body: Buffer.from(rest, 'latin1') } };
}

/** Head and body are parted by an empty line. */
function headAndRest(text: string): [head: string, rest: string | undefined] {
  const at = text.indexOf('\r\n\r\n');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 4)];
}

function headersIn(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0)
      headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}
