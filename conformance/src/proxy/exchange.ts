import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Readable, Transform } from 'node:stream';
import { once } from 'node:events';
import type { StoreConnections } from './connections.ts';
import { copyToClient, copyToStore } from './headers.ts';
import type { Entry } from './log.ts';
import type { ProxiedRequest } from './request.ts';

/** The client or the store went away; there is nobody to tell. */
export class ExchangeOver extends Error {}

/** Where requests go. */
export interface Store {
  readonly host: string;
  readonly port: number;
  readonly connections: StoreConnections;
}

/** One request and its answer, between a client and the store. */
export class Exchange {
  readonly request: ProxiedRequest;
  readonly entry: Entry;
  /** Aborted when the client is gone, or has its answer. */
  readonly signal: AbortSignal;
  /** The client waits for a word before it sends its body. */
  readonly expectsContinue: boolean;
  readonly #from: IncomingMessage;
  readonly #to: ServerResponse;
  readonly #store: Store;

  constructor(
    request: ProxiedRequest,
    entry: Entry,
    store: Store,
    from: IncomingMessage,
    to: ServerResponse,
    expectsContinue: boolean,
  ) {
    this.request = request;
    this.entry = entry;
    this.expectsContinue = expectsContinue;
    this.#store = store;
    this.#from = from;
    this.#to = to;
    store.connections.busy(from.socket);
    const gone = new AbortController();
    this.signal = gone.signal;
    from.on('data', (chunk: Buffer) => (entry.bytesIn += chunk.length));
    from.pause();
    // The server's `close` says that the client is gone; nothing of it is an error here.
    from.on('error', () => {});
    to.on('error', () => {});
    to.once('close', () => {
      if (entry.ending === 'open') entry.ending = 'aborted';
      store.connections.idle(from.socket);
      gone.abort();
    });
  }

  /** Reads the body of the request in the store's place. */
  async readBody(): Promise<Buffer> {
    if (this.expectsContinue) this.#to.writeContinue();
    try {
      return await buffer(this.#from);
    } catch {
      throw new ExchangeOver();
    }
  }

  /** Reads the body of the request and forgets it. */
  skipBody(): void {
    this.#from.resume();
  }

  /** Sends the request to the store, by way of `via`; the start of its answer. */
  async ask(via?: Transform): Promise<IncomingMessage> {
    const { host, port, connections } = this.#store;
    const { method, url, socket } = this.#from;
    const path = url ?? '/';
    const agent = connections.agentOf(socket);
    const asked = request({ host, port, method, path, agent, setHost: false });
    copyToStore(this.#from, asked);
    const stop = (): unknown => asked.destroy();
    this.signal.addEventListener('abort', stop, { once: true });
    asked.once('socket', (connection) => connections.mirror(socket, connection));
    asked.on('continue', () => this.#to.writeContinue());
    asked.once('close', () => {
      this.signal.removeEventListener('abort', stop);
      // What the store did not want to read is not to hold up the client.
      this.#from.unpipe();
      this.#from.resume();
    });
    this.entry.forwarded = true;
    asked.flushHeaders();
    (via === undefined ? this.#from : this.#from.pipe(via)).pipe(asked);
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      asked.once('response', resolve);
      // Also after the answer, when the store hangs up on a body that it does not want.
      asked.on('error', reject);
    });
    try {
      return await answered;
    } catch {
      throw this.lose();
    }
  }

  /** Sends the head of the store's answer; `change` may touch it first. */
  begin(answer: IncomingMessage, change?: (to: ServerResponse) => void): void {
    this.#to.statusCode = answer.statusCode ?? 502;
    this.#to.statusMessage = answer.statusMessage ?? '';
    copyToClient(answer, this.#to);
    change?.(this.#to);
    this.entry.status = this.#to.statusCode;
    this.#to.flushHeaders();
  }

  /** Sends `body` on at the speed at which the client reads; resolves before its end is sent. */
  async send(body: Readable | AsyncIterable<Buffer>): Promise<void> {
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        this.entry.bytesOut += chunk.length;
        if (!this.#to.write(chunk)) await once(this.#to, 'drain', { signal: this.signal });
      }
    } catch {
      throw this.lose();
    }
  }

  /** Ends the answer, with `body` as its last bytes. */
  end(body: Buffer = Buffer.alloc(0), ending: Entry['ending'] = 'answered'): void {
    const hasBody = this.request.method !== 'HEAD' && ![204, 304].includes(this.#to.statusCode);
    if (hasBody) this.entry.bytesOut += body.length;
    this.entry.status = this.#to.statusCode;
    this.entry.ending = ending;
    this.#to.end(hasBody ? body : undefined);
  }

  /** The answer to be, for those who make it up. */
  get answer(): ServerResponse {
    return this.#to;
  }

  /** Ends the connection in the middle, as told. */
  breakOff(how: 'close' | 'reset'): void {
    if (this.signal.aborted) return;
    this.entry.ending = how === 'reset' ? 'reset' : 'cut';
    const { socket } = this.#from;
    if (how === 'reset') socket.resetAndDestroy();
    else socket.destroySoon();
  }

  /** The store is gone: so is the connection, as the client would see it without a proxy. */
  lose(): ExchangeOver {
    if (!this.signal.aborted) {
      this.entry.ending = 'lost';
      if (this.#to.headersSent) this.#to.destroy();
      else this.#from.socket.resetAndDestroy();
    }
    return new ExchangeOver();
  }
}
