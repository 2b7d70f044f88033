import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StoreConnections } from './connections.ts';
import { Exchange, ExchangeOver, type Store } from './exchange.ts';
import { countsOf, type Counts, type Entry, entryOf, type LoggedRequest } from './log.ts';
import type { Protocol } from './operations/index.ts';
import { describe, type ProxiedRequest } from './request.ts';
import { type InjectedRule, type Rule, RuleBook } from './rules.ts';
import { carryOut } from './strike.ts';

/** How to start a proxy. */
export interface FaultProxyOptions {
  /** `http://host:port` of the store. A path is kept for `url`; requests bring their own. */
  readonly target: string;
  /** Default: seen from each request. */
  readonly protocol?: Protocol;
  /** Default: a free one. */
  readonly port?: number;
  /** Told of each request as it comes. */
  readonly onRequest?: (request: ProxiedRequest) => void;
}

/** A proxy on loopback in front of a store, on which things go wrong. */
export interface FaultProxy extends AsyncDisposable {
  /** Where it listens, with the path of its target. */
  readonly url: string;
  /** All requests so far, in the order in which they came. */
  readonly requests: readonly LoggedRequest[];
  /** How many requests there were so far, by operation. */
  counts(): Counts;
  /** From now on, `rule` holds, after those that hold already. */
  inject(rule: Rule): InjectedRule;
  /** No rule holds any more. Requests that hang go on hanging. */
  clear(): void;
  /** Forgets the requests so far; new ones are numbered from 1. */
  forget(): void;
  /**
   * Ends all connections.
   *
   * @throws AggregateError when the function of a fault threw, which is a mistake in a test.
   */
  close(): Promise<void>;
}

/**
 * Starts a proxy that passes requests on byte for byte, `host` included, so that signatures hold; counts
 * them; and lets go wrong what its rules say.
 *
 * @throws TypeError when the target is no `http:` address.
 */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const target = new URL(options.target);
  if (target.protocol !== 'http:') {
    throw new TypeError(`The target of a fault proxy is an http address, not ${target.protocol}//`);
  }
  const store: Store = {
    host: target.hostname.replace(/^\[|\]$/g, ''),
    port: Number(target.port === '' ? 80 : target.port),
    connections: new StoreConnections(),
  };
  const rules = new RuleBook();
  let requests: Entry[] = [];
  const mistakes: unknown[] = [];

  const handle = (from: IncomingMessage, to: ServerResponse, expectsContinue: boolean): void => {
    const request = describe(from, requests.length + 1, options.protocol);
    options.onRequest?.(request);
    const fault = rules.choose(request);
    const entry = entryOf(request, fault?.name);
    requests.push(entry);
    const exchange = new Exchange(request, entry, store, from, to, expectsContinue);
    carryOut(exchange, fault).catch((error: unknown) => {
      if (error instanceof ExchangeOver) return;
      mistakes.push(error);
      exchange.breakOff('reset');
    });
  };
  // What times out is the store's business.
  const patient = { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 };
  const server = createServer({ ...patient, maxHeaderSize: 65_536 });
  server.on('request', (from, to) => handle(from, to, false));
  server.on('checkContinue', (from: IncomingMessage, to: ServerResponse) => handle(from, to, true));
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    if (mistakes.length > 0) throw new AggregateError(mistakes, 'Faults of the proxy threw');
  };
  return {
    url: `http://127.0.0.1:${port}${target.pathname.replace(/\/$/, '')}`,
    get requests() {
      return requests;
    },
    counts: () => countsOf(requests),
    inject: (rule) => rules.add(rule),
    clear: () => rules.clear(),
    forget: () => void (requests = []),
    close,
    [Symbol.asyncDispose]: close,
  };
}
