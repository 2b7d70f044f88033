import { createHmac, randomUUID } from 'node:crypto';
import type { Answer, Wire } from './wire.ts';
import { blobPath, byName } from './wire.ts';

/** One request in a batch. */
export interface PartRequest {
  readonly method?: string;
  readonly container: string;
  readonly name: string;
  /** With its question mark. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly authorize?: 'nothing' | 'wrong key';
}

/** What a batch answered to one of its parts. */
export interface PartAnswer {
  readonly id: string | undefined;
  readonly status: number;
  readonly code: string | undefined;
  readonly text: string;
}

/** Sends a batch, to one container if that is named. */
export async function sendBatch(
  wire: Wire,
  parts: readonly PartRequest[],
  { container, ids = true }: { readonly container?: string; readonly ids?: boolean } = {},
): Promise<{ readonly answer: Answer; readonly parts: readonly PartAnswer[] }> {
  const boundary = `batch_${randomUUID()}`;
  const body = [
    ...parts.map((part, index) => partText(wire, part, boundary, ids ? index : undefined)),
    `--${boundary}--\r\n`,
  ].join('');
  const scope = container === undefined ? {} : { restype: 'container' };
  const answer = await wire.send('POST', container === undefined ? '/' : `/${container}`, {
    query: { ...scope, comp: 'batch' },
    headers: { 'content-type': `multipart/mixed; boundary=${boundary}` },
    body,
  });
  return { answer, parts: answer.status === 202 ? readParts(answer) : [] };
}

function partText(wire: Wire, part: PartRequest, boundary: string, id: number | undefined): string {
  const { method = 'DELETE', query = '', headers = {}, authorize } = part;
  const path = new URL(wire.endpoint.url + blobPath(part.container, part.name)).pathname;
  const date = new Date().toUTCString();
  const own = Object.entries({ ...headers, 'x-ms-date': date }).sort(byName);
  const canonical = own
    .filter(([name]) => name.startsWith('x-ms-'))
    .map(([name, value]) => `${name}:${value}\n`);
  const asked = [...new URLSearchParams(query)].map(([name, value]) => `\n${name}:${value}`);
  const standard = ['', '', '', '', '', '', '', headers['if-match'] ?? '', '', '', ''];
  const signed = [
    method,
    ...standard,
    `${canonical.join('')}/${wire.endpoint.account}${path}${asked.join('')}`,
  ].join('\n');
  const key = authorize === 'wrong key' ? 'AAAA' : wire.endpoint.accountKey;
  const signature = createHmac('sha256', Buffer.from(key, 'base64'))
    .update(signed)
    .digest('base64');
  return [
    `--${boundary}`,
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    ...(id === undefined ? [] : [`Content-ID: ${id}`]),
    '',
    `${method} ${path}${query} HTTP/1.1`,
    ...own.map(([name, value]) => `${name}: ${value}`),
    ...(authorize === 'nothing'
      ? []
      : [`Authorization: SharedKey ${wire.endpoint.account}:${signature}`]),
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

function readParts({ headers, text }: Answer): PartAnswer[] {
  const boundary = /boundary=(.+)$/u.exec(headers.get('content-type') ?? '')?.[1] ?? '';
  const pieces = text.split(`--${boundary}`).slice(1, -1);
  return pieces.map((piece) => ({
    id: /^Content-ID: *(.+)\r$/imu.exec(piece)?.[1],
    status: Number(/^HTTP\/1\.1 (\d+)/mu.exec(piece)?.[1]),
    code: /^x-ms-error-code: *(.+)\r$/imu.exec(piece)?.[1],
    text: piece,
  }));
}
