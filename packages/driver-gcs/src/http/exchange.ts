import { request as httpRequest } from 'node:http';
import type { Agent, ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** One request, as it goes over the wire. */
export interface WireRequest {
  readonly endpoint: URL;
  readonly agent: Agent;
  readonly method: string;
  /** Percent-encoded, with its query. */
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: readonly Uint8Array[];
  /** Closes the socket. */
  readonly signal: AbortSignal;
}

/** Sends a request. @returns the answer's head; its body is to be read or destroyed. */
export function exchange(wire: WireRequest): Promise<IncomingMessage> {
  const { endpoint, body, ...rest } = wire;
  return new Promise((resolve, reject) => {
    // The path goes as it is: `URL` would take dots in names for steps up.
    const options = { ...rest, hostname: bare(endpoint.hostname), port: endpoint.port };
    const request: ClientRequest =
      endpoint.protocol === 'https:' ? httpsRequest(options) : httpRequest(options);
    request.on('response', resolve);
    request.on('error', reject);
    for (const bytes of body) request.write(bytes);
    request.end();
  });
}

/** The whole body. @throws what ended it early */
export function bodyOf(response: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => {
      const [first] = chunks;
      resolve(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks));
    });
    response.on('error', reject);
  });
}

/** IPv6 addresses have brackets in URLs, but not where sockets are opened. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
