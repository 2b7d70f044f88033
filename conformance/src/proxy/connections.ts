import { Agent } from 'node:http';
import type { Socket } from 'node:net';

/** Keeps its connection for as long as the store does, whatever the store says that will be. */
class OneConnection extends Agent {
  constructor() {
    super({ keepAlive: true, maxSockets: 1 });
  }

  override keepSocketAlive(): boolean {
    return true;
  }
}

/**
 * One connection to the store for each of a client's. They end together, so that a client sees the
 * store's way with idle connections and not the proxy's.
 */
export class StoreConnections {
  readonly #agents = new Map<Socket, Agent>();
  readonly #busy = new WeakSet<Socket>();
  readonly #mirrored = new WeakSet<Socket>();

  /** The agent behind the connection `client`. */
  agentOf(client: Socket): Agent {
    const known = this.#agents.get(client);
    if (known !== undefined) return known;
    const agent = new OneConnection();
    this.#agents.set(client, agent);
    client.once('close', () => {
      this.#agents.delete(client);
      agent.destroy();
    });
    return agent;
  }

  /** Hangs up on `client` as soon as the store hangs up on its idle counterpart. */
  mirror(client: Socket, store: Socket): void {
    if (this.#mirrored.has(store)) return;
    this.#mirrored.add(store);
    store.once('close', () => {
      if (!this.#busy.has(client)) client.end();
    });
  }

  /** A request of `client` is on its way. */
  busy(client: Socket): void {
    this.#busy.add(client);
  }

  /** It is no more. */
  idle(client: Socket): void {
    this.#busy.delete(client);
  }
}
