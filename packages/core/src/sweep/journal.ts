import {
  hasCode,
  parseKey,
  parsePrefix,
  type Key,
  type Prefix,
  type StorageDriver,
} from '@dunnage/driver-api';
import { Buffer } from 'node:buffer';
import { isCoreError } from '../errors.ts';
import { checkedList } from '../inventory/checked-list.ts';
import { sleep } from '../layers/retry/sleep.ts';
import { statePrefix } from '../layout/paths.ts';
import { decodePlan, headerOf, type PlanHeader } from '../plan/document.ts';
import type { PlanEntry } from '../plan/entry.ts';

/** Where journals are kept: beside the registry's tree. */
export const journalPrefix: Prefix = parsePrefix(`${statePrefix}journal/`);

/** Parts are written whole, so that a write can be tried again. */
const PART_BYTES = 4 << 20;
/** How often, and how long apart, a part is looked for that was just written to a store without strong reads. */
const LATE_ATTEMPTS = 30;
const LATE_PAUSE_MS = 1000;

/**
 * The plan of a sweep that is under way, kept on the storage itself until the sweep has ended. It is written whole
 * before the first delete; one without its last line was interrupted before any.
 */
export class Journal {
  readonly runId: string;
  readonly #driver: StorageDriver;
  readonly #signal: AbortSignal | undefined;
  #parts = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  /** The whole plan, while it fits into one part: then it need not be read back. */
  #whole: Buffer | undefined;
  #unwritten: (() => Iterable<PlanEntry>) | undefined;

  constructor(driver: StorageDriver, runId: string, signal: AbortSignal | undefined) {
    this.#driver = driver;
    this.runId = runId;
    this.#signal = signal;
  }

  /** The journals on a storage, oldest first. */
  static async all(driver: StorageDriver, signal: AbortSignal | undefined): Promise<Journal[]> {
    const journals = new Map<string, Journal>();
    for await (const page of checkedList(driver, false, {
      prefix: journalPrefix,
      detail: 'keys',
      signal,
    })) {
      for (const { key } of page.objects) {
        const [runId = '', part = ''] = key.slice(journalPrefix.length).split('/');
        const number = Number(/^(\d{6})\.ndjson$/.exec(part)?.[1]);
        if (!Number.isInteger(number)) continue;
        const journal = journals.get(runId) ?? new Journal(driver, runId, signal);
        journal.#parts = Math.max(journal.#parts, number + 1);
        journals.set(runId, journal);
      }
    }
    return [...journals.values()].toSorted((a, b) => (a.runId < b.runId ? -1 : 1));
  }

  /** Appends a line of the plan. */
  async write(line: string): Promise<void> {
    if (this.#unwritten !== undefined) return;
    const bytes = Buffer.from(line);
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= PART_BYTES) await this.#flush();
  }

  /** Call after the last line. */
  async finish(): Promise<void> {
    if (this.#unwritten === undefined && this.#pendingBytes > 0) await this.#flush();
  }

  /**
   * Goes on without being written, where the storage has no room for it: the order of deletion alone keeps a crash
   * harmless, there is just nothing to resume.
   */
  doWithout(entries: () => Iterable<PlanEntry>): void {
    this.#unwritten = entries;
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  /** The entries of its plan. */
  async *entries(): AsyncGenerator<PlanEntry> {
    if (this.#unwritten !== undefined) {
      yield* this.#unwritten();
      return;
    }
    const lines = decodePlan(this.#bytes());
    await headerOf(lines);
    yield* lines as AsyncGenerator<PlanEntry>;
  }

  /** The header of its plan, if that is whole; one that is not was interrupted before its first delete. */
  async wholePlan(): Promise<PlanHeader | undefined> {
    try {
      const lines = decodePlan(this.#bytes());
      const header = await headerOf(lines);
      for await (const _ of lines);
      return header;
    } catch (error) {
      if (isCoreError(error) && error.code === 'PLAN_INVALID') return undefined;
      throw error;
    }
  }

  /** Removes it: its last part first, so that what is left of it is never taken for a whole plan. */
  async remove(): Promise<void> {
    const last = this.#parts - 1;
    for (let part = last; part >= 0; part--) {
      for await (const outcome of this.#driver.delete([{ key: this.#key(part) }])) {
        if ('error' in outcome) throw outcome.error;
      }
    }
    const directory = parsePrefix(`${journalPrefix}${this.runId}/`);
    const removed = this.#driver.pruneEmptyDirectories?.([directory, journalPrefix]);
    for await (const _ of removed ?? []);
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#whole = this.#parts === 0 ? bytes : undefined;
    await this.#driver.put(this.#key(this.#parts), bytes, {
      size: bytes.length,
      signal: this.#signal,
    });
    this.#parts++;
  }

  async *#bytes(): AsyncGenerator<Uint8Array> {
    if (this.#whole !== undefined) {
      yield this.#whole;
      return;
    }
    for (let part = 0; part < this.#parts; part++) yield* await this.#open(part);
  }

  /** A store that shows writes late may need a moment to know what it was given. */
  async #open(part: number): Promise<AsyncIterable<Uint8Array>> {
    const { read } = await this.#driver.capabilities({ signal: this.#signal });
    const attempts = read.afterWrite === 'eventual' ? LATE_ATTEMPTS : 1;
    for (let attempt = 1; ; attempt++) {
      try {
        return (await this.#driver.get(this.#key(part), { signal: this.#signal })).body;
      } catch (error) {
        if (attempt >= attempts || !hasCode(error, 'NOT_FOUND')) throw error;
        await sleep(LATE_PAUSE_MS, this.#signal);
      }
    }
  }

  #key(part: number): Key {
    return parseKey(`${journalPrefix}${this.runId}/${String(part).padStart(6, '0')}.ndjson`);
  }
}
