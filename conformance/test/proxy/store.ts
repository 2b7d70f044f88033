import { once } from 'node:events';
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type RequestOptions,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A server on loopback that answers as a test says. */
export interface TestStore extends AsyncDisposable {
  readonly url: string;
  readonly server: Server;
}

/** Starts a server whose requests `respond` answers; who leaves in the middle of one is no failure. */
export async function startStore(
  respond: (from: IncomingMessage, to: ServerResponse) => unknown,
): Promise<TestStore> {
  const server = createServer((from, to) => {
    Promise.resolve(respond(from, to)).catch(() => to.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    server,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What a client got. */
export interface Got {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Asks as told, and reads the whole answer. Fails as the connection does. */
export async function ask(
  url: string,
  options: RequestOptions = {},
  body: string | Buffer = '',
): Promise<Got> {
  const asked = request(url, options);
  asked.end(body);
  return await answerTo(asked);
}

/** The whole answer to a request that is sent already. */
export async function answerTo(asked: ClientRequest): Promise<Got> {
  // A reset in the middle of a body is told twice: here, and by the answer.
  asked.on('error', () => {});
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const { statusCode: status = 0, headers } = answer;
  return { status, headers, body: await text(answer) };
}
