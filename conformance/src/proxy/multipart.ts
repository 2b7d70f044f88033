/** A part of a `multipart/mixed` body: a request or an answer of HTTP. */
export interface Part {
  /** As the part says it, without angle brackets. */
  readonly contentId: string | undefined;
  /** Everything between two boundaries, a character for each byte. */
  readonly text: string;
}

/** A batch's body, taken apart. */
export interface Multipart {
  readonly parts: readonly Part[];
  /** The same body with other parts. */
  with(parts: readonly Part[]): Buffer;
}

/** Takes apart a batch. Its boundary is what its first line says. */
export function parseMultipart(body: Buffer): Multipart {
  const text = body.toString('latin1');
  const boundary = /^\s*(--[^\r\n]+)/.exec(text)?.[1];
  if (boundary === undefined) throw new Error('a batch without a boundary');
  const [, ...pieces] = text.split(boundary);
  const end = pieces.findIndex((piece) => piece.startsWith('--'));
  const parts = (end < 0 ? pieces : pieces.slice(0, end)).map((piece) => ({
    contentId: /^content-id:\s*<?([^>\r\n]*)>?/im.exec(piece)?.[1],
    text: piece,
  }));
  return {
    parts,
    with: (others) => joinParts(boundary, others),
  };
}

/** A batch's body of these parts. `boundary` has its dashes. */
export function joinParts(boundary: string, parts: readonly Part[]): Buffer {
  const pieces = [...parts.map(({ text }) => text), '--\r\n'];
  return Buffer.from(pieces.map((piece) => boundary + piece).join(''), 'latin1');
}

/** The decoded path of the request that a part holds. */
export function pathOf({ text }: Part): string {
  const url = /^[A-Z]+ (\S+) HTTP\/1\.[01]\s*$/m.exec(text)?.[1] ?? '';
  return decodeURIComponent(url.replace(/^https?:\/\/[^/]+/, '').replace(/\?.*$/, ''));
}

/** Another answer in the place of the one that `part` holds, under the same identity. */
export function withAnswer(
  { contentId, text }: Part,
  status: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Part {
  const outer = /^\s*([\s\S]*?)\r?\n\r?\n/.exec(text)?.[1] ?? '';
  const inner = { ...headers, 'Content-Length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(inner).map(([name, value]) => `${name}: ${value}`);
  const kept = outer.split(/\r?\n/).filter((line) => !/^content-length:/i.test(line));
  const bytes = Buffer.from(body).toString('latin1');
  const answer = [`HTTP/1.1 ${status}`, ...lines, '', bytes].join('\r\n');
  return { contentId, text: `\r\n${kept.join('\r\n')}\r\n\r\n${answer}\r\n` };
}
