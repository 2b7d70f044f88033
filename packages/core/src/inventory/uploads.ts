import type { Key, StorageDriver } from '@dunnage/driver-api';
import type { Findings } from '../gc/findings.ts';
import { readOne } from '../io/read-many.ts';
import { uploadsPrefix } from '../layout/paths.ts';
import { BitSet } from '../packed/bit-set.ts';
import { f64List, u32List } from '../packed/list.ts';
import { TextTable } from '../packed/text-table.ts';
import { checkedList } from './checked-list.ts';
import type { Inventory } from './inventory.ts';

/** A time in RFC 3339 is shorter than this. */
const STARTED_AT_MAX_BYTES = 256;

/** The objects of unfinished uploads that were begun too long ago. */
export class StaleUploads {
  readonly #keys = new TextTable();
  readonly #size = f64List();
  readonly #modified = f64List();
  readonly #repository = u32List();
  /** Repositories that keep an unfinished upload. */
  readonly stillUploading = new BitSet();

  get length(): number {
    return this.#keys.size;
  }

  add(repository: number, key: Key, size: number, modified: number): void {
    const row = this.#keys.add(key);
    if (row < this.#size.length) return;
    this.#size.push(size);
    this.#modified.push(modified);
    this.#repository.push(repository);
  }

  /** The row of `key`, or -1. */
  find(key: string): number {
    return this.#keys.find(key);
  }

  key(row: number): Key {
    return this.#keys.text(row) as Key;
  }

  size(row: number): number {
    return this.#size.at(row);
  }

  modified(row: number): number {
    return this.#modified.at(row);
  }

  repository(row: number): number {
    return this.#repository.at(row);
  }
}

export interface FindUploadsOptions {
  readonly driver: StorageDriver;
  readonly inventory: Inventory;
  readonly findings: Findings;
  /** Uploads begun before this, in milliseconds since the epoch, are stale … */
  readonly startedBefore: number;
  /** … unless one of their objects was written after this. */
  readonly untouchedSince: number;
  readonly signal: AbortSignal | undefined;
}

interface Upload {
  readonly objects: { readonly key: Key; readonly size: number; readonly modified: number }[];
}

/** Looks at all unfinished uploads and picks the stale ones. */
export async function findStaleUploads(options: FindUploadsOptions): Promise<StaleUploads> {
  const { inventory } = options;
  const stale = new StaleUploads();
  for (let repository = 0; repository < inventory.repositories.size; repository++) {
    if (!inventory.uploading.has(repository)) continue;
    for await (const upload of uploadsOf(options, repository)) {
      if (!(await isStale(options, repository, upload))) {
        stale.stillUploading.add(repository);
        continue;
      }
      for (const { key, size, modified } of upload.objects) {
        stale.add(repository, key, size, modified);
      }
    }
  }
  return stale;
}

async function* uploadsOf(
  { driver, inventory, signal }: FindUploadsOptions,
  repository: number,
): AsyncGenerator<Upload> {
  const base = uploadsPrefix(inventory.repositories.text(repository));
  const { list } = await driver.capabilities({ signal });
  const ordered = list.order === 'utf8-bytes';
  // Without order the objects of one upload may come apart, so one directory is listed at a time.
  const ids: string[] = [];
  for await (const page of checkedList(driver, ordered, {
    prefix: base,
    depth: 'children',
    signal,
  })) {
    for (const prefix of page.prefixes) ids.push(prefix.slice(base.length, -1));
  }
  for (const id of ids) {
    const objects: Upload['objects'] = [];
    const prefix = `${base}${id}/` as typeof base;
    for await (const page of checkedList(driver, ordered, { prefix, detail: 'full', signal })) {
      for (const { key, size, modified } of page.objects) {
        objects.push({ key, size: size ?? 0, modified: modified ?? Infinity });
      }
    }
    if (objects.length > 0) yield { objects };
  }
}

/** By the time in `startedat`; where that is missing or can't be read, by its objects' times. */
async function isStale(
  { driver, inventory, findings, startedBefore, untouchedSince, signal }: FindUploadsOptions,
  repository: number,
  { objects }: Upload,
): Promise<boolean> {
  const touched = objects.reduce((latest, { modified }) => Math.max(latest, modified), 0);
  if (touched > untouchedSince) return false;
  const startedAt = objects.find(({ key }) => key.endsWith('/startedat'));
  if (startedAt === undefined) return touched < startedBefore;
  const outcome = await readOne(driver, startedAt.key, STARTED_AT_MAX_BYTES, signal);
  if (outcome.status === 'ok') {
    const started = Date.parse(new TextDecoder().decode(outcome.bytes).trim());
    return (Number.isNaN(started) ? touched : started) < startedBefore;
  }
  if (outcome.status === 'missing') return false;
  if (outcome.error.code === 'TOO_LARGE') return touched < startedBefore;
  findings.add({
    code: 'housekeeping',
    severity: 'unjudged',
    key: startedAt.key,
    repository: inventory.repositories.text(repository),
    message: `the upload of ${startedAt.key} can't be judged, so it stays: ${outcome.error.message}`,
  });
  return false;
}
