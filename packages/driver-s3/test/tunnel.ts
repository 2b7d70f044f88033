import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A proxy as companies have them. */
export interface Tunnel {
  readonly url: string;
  /** Where clients wanted to go, by each connection. */
  readonly asked: string[];
}

/** Starts a proxy that takes whoever connects to `target`, wherever they want to go. */
export async function startTunnel(target: string): Promise<Tunnel> {
  const { hostname, port } = new URL(target);
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => response.writeHead(501).end());
  server.on('connect', ({ url = '' }, client: Socket) => {
    asked.push(url);
    const store = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      store.pipe(client).pipe(store);
    });
    for (const socket of [client, store]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
