import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './certificate.ts';

/** A server on loopback, on a port that the system chose. */
export interface RunningServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` (or `https:`), without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Answers one request; what it throws becomes a plain 500, which tests show as a fault of the double. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Starts a server on loopback, which speaks TLS when it is given a certificate. */
export async function startServer(
  handler: Handler,
  certificate?: Certificate,
): Promise<RunningServer> {
  const listener: RequestListener = (request, response) => {
    handler(request, response).catch((error: unknown) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(error instanceof Error ? error.stack : String(error));
    });
  };
  const server =
    certificate === undefined
      ? createServer(listener)
      : createSecureServer({ key: certificate.key, cert: certificate.cert }, listener);
  // Clients keep idle sockets for their own time; a server that closes first makes resets.
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  const scheme = certificate === undefined ? 'http' : 'https';
  return { url: `${scheme}://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: close };
}

/** The whole body of a request. @throws when the client goes away before its end. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
