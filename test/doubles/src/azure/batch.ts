import { randomUUID } from 'node:crypto';
import type { Rendered } from './wire/answer.ts';
import type { Call } from './wire/call.ts';
import { readCall } from './wire/call.ts';
import { Fault, badHeader } from './wire/fault.ts';

const mostParts = 256;
const largestBody = 4 * 1024 * 1024;

/** One request inside a batch. */
export interface Part {
  readonly contentId: string | undefined;
  readonly call: Call;
}

/** What stands between the parts. @throws Fault when this can't be a batch at all. */
export function checkBatch(call: Call): string {
  const type = call.headers.get('content-type') ?? '';
  const boundary = /^multipart\/mixed;\s*boundary="?([^";]+)"?$/u.exec(type)?.[1];
  if (boundary === undefined) throw badHeader('Content-Type', type);
  if (call.body.length > largestBody) throw new Fault('RequestBodyTooLarge');
  return boundary;
}

/** Takes a batch apart. @throws Fault for which none of its parts is carried out. */
export function readBatch(call: Call, boundary: string, account: string): Part[] {
  const text = call.body.toString('latin1');
  const pieces = text.split(`--${boundary}`);
  if (pieces.length < 3 || !(pieces.at(-1) ?? '').startsWith('--')) throw new Fault('InvalidInput');
  const parts = pieces.slice(1, -1).map((piece) => readPart(piece, call, account));
  if (parts.length > mostParts) throw new Fault('ExceedsMaxBatchRequestCount');
  if (
    new Set(parts.map(({ call: { method, query } }) => `${method} ${query.get('comp')}`)).size > 1
  ) {
    throw new Fault('AllBatchSubRequestsShouldBeSameApi');
  }
  for (const { call: part } of parts) {
    const supported =
      part.method === 'DELETE' || (part.method === 'PUT' && part.query.get('comp') === 'tier');
    if (!supported || part.blob === undefined) throw new Fault('InvalidInput');
    if (call.container !== undefined && part.container !== call.container)
      throw new Fault('InvalidInput');
  }
  return parts;
}

function readPart(piece: string, batch: Call, account: string): Part {
  const headerEnd = piece.indexOf('\r\n\r\n');
  if (!piece.startsWith('\r\n') || headerEnd < 0) throw new Fault('InvalidInput');
  const mime = readHeaders(piece.slice(2, headerEnd));
  const type = mime.get('content-type')?.trim();
  const encoding = mime.get('content-transfer-encoding')?.trim();
  if (type !== 'application/http' || encoding !== 'binary') throw new Fault('InvalidInput');
  const [requestLine = '', ...lines] = piece.slice(headerEnd + 4).split('\r\n');
  const match = /^([A-Z]+) (\/\S*) HTTP\/1\.1$/u.exec(requestLine.trim());
  if (match === null) throw new Fault('InvalidInput');
  const headers = readHeaders(lines.join('\r\n'));
  if (headers.has('x-ms-version')) throw new Fault('InvalidInput');
  const call = readCall(
    {
      method: match[1] ?? '',
      target: match[2] ?? '',
      rawHeaders: [...headers].flat(),
      body: Buffer.alloc(0),
      secure: batch.secure,
      remoteAddress: batch.remoteAddress,
    },
    account,
    batch,
  );
  return { contentId: mime.get('content-id')?.trim(), call };
}

function readHeaders(text: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.split('\r\n')) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    if (colon <= 0) throw new Fault('InvalidInput');
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

/** Puts the answers of all parts together, in their order. */
export function writeBatch(
  answers: readonly { readonly contentId: string | undefined; readonly rendered: Rendered }[],
): { readonly type: string; readonly body: Buffer } {
  const boundary = `batchresponse_${randomUUID()}`;
  const pieces = answers.map(({ contentId, rendered }) => {
    const { status, reason, headers, body } = rendered;
    const lines = [
      `--${boundary}`,
      'Content-Type: application/http',
      ...(contentId === undefined ? [] : [`Content-ID: ${contentId}`]),
      '',
      `HTTP/1.1 ${status} ${reason}`,
      ...[...headers].map(([name, value]) => `${name}: ${value}`),
      ...(body.length > 0 ? [`Content-Length: ${body.length}`] : []),
      '',
      ...(body.length > 0 ? [body.toString()] : []),
      '',
    ];
    return lines.join('\r\n');
  });
  return {
    type: `multipart/mixed; boundary=${boundary}`,
    body: Buffer.from(`${pieces.join('')}--${boundary}--`),
  };
}
