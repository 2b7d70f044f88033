import type { S3Settings } from './config.ts';
import { probe } from './probe.ts';
import type { Honoured } from './probe.ts';
import type { Client } from './client.ts';

/**
 * Whether conditions are honoured. Amazon does. Of others it is found out by trying, where writing is allowed,
 * because many pass over a condition that they don't know; else they are taken not to.
 */
export class Honours {
  readonly #client: Client;
  readonly #settings: S3Settings;
  #known: Honoured | undefined;

  constructor(client: Client, settings: S3Settings) {
    this.#client = client;
    this.#settings = settings;
    const { amazon, conditionalPuts, conditionalDeletes, readOnly } = settings;
    const sure = amazon || readOnly;
    const puts = conditionalPuts ?? (sure ? amazon : undefined);
    const deletes = conditionalDeletes ?? (sure ? amazon : undefined);
    if (puts !== undefined && deletes !== undefined) {
      this.#known = { puts, deletes, bare: false };
    }
  }

  async ask(signal: AbortSignal): Promise<Honoured> {
    this.#known ??= await this.#find(signal);
    return this.#known;
  }

  async #find(signal: AbortSignal): Promise<Honoured> {
    const found = await probe(this.#client, this.#settings, signal);
    const { conditionalPuts, conditionalDeletes } = this.#settings;
    return {
      puts: conditionalPuts ?? found.puts,
      deletes: conditionalDeletes ?? found.deletes,
      bare: found.bare,
    };
  }
}
