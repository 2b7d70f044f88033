import { GcsError } from '../errors.ts';

/** One part of a multipart body. */
export interface Part {
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/**
 * The parts of a multipart body.
 * @throws GcsError 400 when it is not one, or does not end
 */
export function parseMultipart(body: Buffer, contentType: string): Part[] {
  const delimiter = delimiterIn(body, contentType);
  const parts: Part[] = [];
  let start = findDelimiter(body, delimiter, 0);
  for (;;) {
    if (start === undefined) throw broken('Missing end boundary in multipart body.');
    if (body.toString('latin1', start.end, start.end + 2) === '--') return parts;
    const next = findDelimiter(body, delimiter, start.end);
    if (next === undefined) throw broken('Missing end boundary in multipart body.');
    parts.push(parsePart(body.subarray(lineEnd(body, start.end), next.start)));
    start = next;
  }
}

/** Header lines and what is behind the empty line. */
export function parsePart(bytes: Buffer): Part {
  const headers = new Map<string, string>();
  let position = 0;
  while (position < bytes.length) {
    const end = lineEnd(bytes, position);
    const line = bytes.toString('utf8', position, end).replace(/\r?\n$/, '');
    position = end;
    if (line === '') break;
    const [, name, value] = /^([^:]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw broken('Malformed multipart body.');
    headers.set(name.trim().toLowerCase(), value);
  }
  return { headers, body: bytes.subarray(position) };
}

function delimiterIn(body: Buffer, contentType: string): string {
  const [, quoted, plain] =
    /^multipart\/[\w.+-]+\s*;.*?\bboundary=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i.exec(contentType) ??
    [];
  const boundary = quoted?.replaceAll(/\\(.)/g, '$1') ?? plain;
  if (boundary === undefined || boundary === '') throw broken('Missing multipart boundary.');
  // Some clients put single quotes around it, which HTTP knows nothing of, and mean what is between.
  const [, bare] = /^'(.+)'$/.exec(boundary) ?? [];
  return bare !== undefined && !body.includes(`--${boundary}`) ? `--${bare}` : `--${boundary}`;
}

/** The next delimiter that begins a line; the line break before it belongs to it. */
function findDelimiter(
  body: Buffer,
  delimiter: string,
  from: number,
): { readonly start: number; readonly end: number } | undefined {
  for (let at = body.indexOf(delimiter, from); at !== -1; at = body.indexOf(delimiter, at + 1)) {
    const end = at + delimiter.length;
    const whole = /^(?:--|[ \t]*\r?\n|[ \t]*$)/.test(body.toString('latin1', end, end + 80));
    if (!whole) continue;
    if (at === 0) return { start: 0, end };
    if (body[at - 1] !== 0x0a) continue;
    return { start: body[at - 2] === 0x0d ? at - 2 : at - 1, end };
  }
  return undefined;
}

/** Where the line goes on behind its line break, or ends. */
function lineEnd(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(0x0a, from);
  return at === -1 ? bytes.length : at + 1;
}

function broken(message: string): GcsError {
  return new GcsError(400, 'badContent', message);
}
