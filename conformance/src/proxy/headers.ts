import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';

const HOP_BY_HOP = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
]);

/** The headers that are meant for the far end, by name, in the order and case in which they came. */
function endToEnd(message: IncomingMessage): [name: string, values: string[]][] {
  const named = (message.headers.connection ?? '').toLowerCase().split(/[\s,]+/);
  const dropped = new Set([...HOP_BY_HOP, ...named]);
  const kept = new Map<string, [name: string, values: string[]]>();
  const { rawHeaders } = message;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = [rawHeaders[i], rawHeaders[i + 1]];
    const folded = name.toLowerCase();
    if (dropped.has(folded)) continue;
    const known = kept.get(folded);
    if (known === undefined) kept.set(folded, [name, [value]]);
    else known[1].push(value);
  }
  return [...kept.values()];
}

/** Gives the client's headers, `host` among them, to the request that goes to the store. */
export function copyToStore(from: IncomingMessage, to: ClientRequest): void {
  for (const [name, values] of endToEnd(from)) to.setHeader(name, one(values));
  // A body of unknown length stays one; no body gets no framing that the client did not send.
  if (from.headers['transfer-encoding'] === undefined) to.removeHeader('transfer-encoding');
  else to.setHeader('transfer-encoding', 'chunked');
}

/** Gives the store's headers to the answer that goes to the client. */
export function copyToClient(from: IncomingMessage, to: ServerResponse): void {
  to.sendDate = false;
  for (const [name, values] of endToEnd(from)) to.setHeader(name, one(values));
  // The store hangs up after this one, and so does the proxy: see `StoreConnections`.
  if (/\bclose\b/i.test(from.headers.connection ?? '')) to.setHeader('connection', 'close');
}

function one(values: string[]): string | string[] {
  const [first = ''] = values;
  return values.length === 1 ? first : values;
}
