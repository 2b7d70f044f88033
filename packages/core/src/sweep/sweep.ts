import type { DeleteOutcome, DeleteRequest, Key, Prefix, StorageDriver } from '@dunnage/driver-api';
import { hasCode, isStorageError, StorageError } from '@dunnage/driver-api';
import { isCoreError } from '../errors.ts';
import type { GcEvent } from '../gc/events.ts';
import type { Findings } from '../gc/findings.ts';
import { Pipeline } from '../io/pipeline.ts';
import type { PlanEntry } from '../plan/entry.ts';
import type { Garbage } from '../plan/garbage.ts';
import type { Judge } from '../plan/judge.ts';
import { KindTally } from '../plan/tally.ts';

import {
  directoriesOfRepository,
  emptiedParents,
  emptyDirectory,
  pruneAll,
  shardOf,
} from './directories.ts';

export interface SweepOptions {
  readonly driver: StorageDriver;
  readonly garbage: Garbage;
  readonly judge: Judge;
  readonly findings: Findings;
  /** Number of entries, for progress. */
  readonly total: number;
  /** The store honours `ifMatch` on deletes. */
  readonly conditional: boolean;
  /** Entries that are judged and deleted together; a cancellation waits for them. */
  readonly batch: number;
  /** Ends the sweep between batches: what was begun is finished, so that every outcome is known. */
  readonly signal: AbortSignal;
  readonly emit: (event: GcEvent) => void;
}

/** While the store works on one batch, the next is judged and what the one before emptied is tidied away. */
const BATCHES_AT_ONCE = 2;

/** Carries out a plan: references before referents, each entry judged once more just before it goes. */
export class Sweep {
  readonly deleted = new KindTally();
  /** Of the deleted bytes, those that the store keeps for now: delete markers, soft delete. */
  retainedBytes = 0;
  retained = 0;
  alreadyGone = 0;
  changed = 0;
  failed = 0;
  readonly #options: SweepOptions;
  #done = 0;
  /** Directories that many blobs share, at most 256 by algorithm: tried once, when all that goes is gone. */
  readonly #shards = new Set<Prefix>();

  constructor(options: SweepOptions) {
    this.#options = options;
  }

  async run(entries: AsyncIterable<PlanEntry>): Promise<void> {
    await using running = new Pipeline(BATCHES_AT_ONCE);
    let batch: PlanEntry[] = [];
    for await (const entry of entries) {
      const first = batch[0];
      // All of one kind and wave is gone before the next begins: that is what keeps references before referents.
      const next = first !== undefined && (first.kind !== entry.kind || first.wave !== entry.wave);
      if (next || batch.length >= this.#options.batch) {
        const full = batch;
        await running.add(async () => this.#sweep(full));
        batch = [];
      }
      if (next) await running.drain();
      batch.push(entry);
    }
    await running.add(async () => this.#sweep(batch));
    await running.drain();
    await this.#tidy(async () => pruneAll(this.#options.driver, [...this.#shards]));
  }

  async #sweep(batch: readonly PlanEntry[]): Promise<void> {
    const { signal, emit, total } = this.#options;
    signal.throwIfAborted();
    if (batch.length === 0) return;
    if (batch[0]?.kind === 'directory') await this.#removeDirectories(batch);
    else await this.#delete(batch);
    this.#done += batch.length;
    const bytes = this.deleted.bytes - this.retainedBytes;
    emit({ type: 'progress', phase: 'sweep', unit: 'objects', done: this.#done, total, bytes });
  }

  async #delete(batch: readonly PlanEntry[]): Promise<void> {
    const { driver, judge } = this.#options;
    const going = new Map<string, { readonly entry: PlanEntry; readonly row: number }>();
    const gone: Key[] = [];
    for (const entry of batch) {
      const { verdict, row } = judge.judge(entry);
      if (verdict === 'goes') going.set(entry.key, { entry, row });
      else if (verdict === 'changed') {
        // A link that was written anew stays although nothing needs it: what it leads to must stay with it.
        if (row >= 0) this.#keepReferents(entry, row);
        this.#leave(entry, 'is in use or was written since the plan was made');
      } else {
        this.alreadyGone++;
        gone.push(entry.key as Key);
      }
    }
    for await (const outcome of driver.delete(this.#requests(going))) {
      const item = going.get(outcome.request.key);
      if (item === undefined || !going.delete(outcome.request.key)) continue;
      if (await this.#settle(item.entry, item.row, outcome)) gone.push(outcome.request.key);
    }
    // A driver owes one outcome per request; without it nobody knows.
    for (const { entry, row } of going.values())
      this.#fail(entry, row, noOutcome(driver, entry.key));
    const kind = batch[0]?.kind;
    // Also of what was gone already: an interrupted run may have got no further than the object.
    if (kind === undefined || driver.pruneEmptyDirectories === undefined) return;
    await this.#tidy(async () => pruneAll(driver, emptiedParents(kind, gone)));
    if (kind === 'blob') for (const key of gone) this.#shards.add(shardOf(key));
  }

  *#requests(going: ReadonlyMap<string, { readonly entry: PlanEntry }>): Generator<DeleteRequest> {
    // Over a copy: outcomes are struck off while requests are still being pulled.
    for (const { entry } of [...going.values()]) {
      const key = entry.key as Key;
      const conditional = this.#options.conditional && entry.etag !== undefined;
      yield conditional ? { key, ifMatch: entry.etag } : { key };
    }
  }

  /** Enters an outcome; true when the object is gone. */
  async #settle(entry: PlanEntry, row: number, outcome: DeleteOutcome): Promise<boolean> {
    switch (outcome.outcome) {
      case 'deleted':
        this.deleted.add(entry);
        return true;
      case 'marked':
      case 'soft-deleted':
        this.deleted.add(entry);
        this.retained++;
        if (entry.kind === 'blob' || entry.kind === 'upload') this.retainedBytes += entry.size;
        return true;
      case 'missing':
        this.alreadyGone++;
        return true;
      case 'precondition-failed':
        // Stores say the same of an object that somebody else deleted meanwhile.
        if ((await this.#options.driver.stat(outcome.request.key)) === undefined) {
          this.alreadyGone++;
          return true;
        }
        this.#keepReferents(entry, row);
        this.#leave(entry, 'was written since it was judged');
        return false;
      default:
        this.#fail(entry, row, outcome.error);
        return false;
    }
  }

  #leave(entry: PlanEntry, why: string): void {
    this.changed++;
    this.#options.findings.add({
      code: 'changed',
      severity: 'warning',
      key: entry.key,
      ...(entry.digest === undefined ? {} : { digest: entry.digest }),
      message: `${entry.key} ${why}, so it was left alone`,
    });
  }

  #fail(entry: PlanEntry, row: number, error: StorageError): void {
    this.failed++;
    this.#keepReferents(entry, row);
    this.#options.findings.add({
      code: 'delete-failed',
      severity: 'unjudged',
      key: entry.key,
      ...(entry.digest === undefined ? {} : { digest: entry.digest }),
      message: `${entry.key} could not be deleted: ${error.message}`,
      advice:
        error.code === 'PERMISSION_DENIED'
          ? 'Give the credentials the right to delete, then run again.'
          : error.code === 'LOCKED'
            ? 'A retention rule, legal hold or lease keeps it: run again when that has ended.'
            : 'Run again: what it refers to was kept.',
    });
  }

  /** What stays keeps what it refers to. */
  #keepReferents(entry: PlanEntry, row: number): void {
    if (entry.kind === 'revision') this.#options.garbage.keepRevision(row);
    if (entry.kind === 'layer-link') this.#options.garbage.keepLayerLink(row);
  }

  async #removeDirectories(batch: readonly PlanEntry[]): Promise<void> {
    const { driver, judge } = this.#options;
    if (driver.pruneEmptyDirectories === undefined) return;
    for (const entry of batch) {
      if (judge.judge(entry).verdict !== 'goes') continue;
      const prefix = entry.key as Prefix;
      await this.#tidy(async () => {
        const prefixes =
          entry.reason === 'empty-repository'
            ? await directoriesOfRepository(driver, prefix)
            : emptyDirectory(prefix);
        return pruneAll(driver, prefixes);
      });
    }
  }

  /** Counts the directories that `prune` removed. An empty one that stays is no reason to end the sweep. */
  async #tidy(prune: () => Promise<number>): Promise<void> {
    try {
      const removed = await prune();
      for (let count = 0; count < removed; count++) {
        this.deleted.add({ kind: 'directory', size: 0 });
      }
    } catch (error) {
      const isFinal: boolean = hasCode(error, 'ABORTED', 'CLOSED', 'CONTAINER_NOT_FOUND');
      if (isFinal || !(isStorageError(error) || isCoreError(error))) throw error;
      this.#options.findings.add({
        code: 'delete-failed',
        severity: 'unjudged',
        ...(error.key === undefined ? {} : { key: error.key }),
        message: `directories that are empty now could not be removed: ${error.message}`,
        advice: 'They cost nothing but their names. Give the right to remove them, then run again.',
      });
    }
  }
}

function noOutcome(driver: StorageDriver, key: string): StorageError {
  return new StorageError({
    code: 'INCOMPLETE',
    op: 'delete',
    driver: driver.name,
    key,
    applied: 'unknown',
    message: 'the driver did not say what became of it',
  });
}
