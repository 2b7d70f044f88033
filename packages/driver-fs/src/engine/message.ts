import type { PackedError } from '../errors.ts';
import type { Names } from '../steps/children.ts';
import type { FileFacts } from '../steps/info.ts';
import { MISSING } from '../steps/jobs.ts';
import type { Deletion, Item, Job, Result } from '../steps/jobs.ts';
import type { FileContent } from '../steps/objects.ts';
import type { Root } from '../steps/root.ts';

// What crosses threads is a few large things, not many small ones: each object of a message is written,
// read and collected on both sides, which costs several times what the system call behind it costs.

/** What a worker is asked. */
export interface Task {
  readonly root: Root;
  readonly job: Job;
  /** Names, joined; for deletes the items themselves. */
  readonly items: string | readonly Deletion[];
  /** Not zero: stop before the next item. */
  readonly stop: Int32Array;
}

/** What it answers: results of the first items. */
export interface Answer {
  /** {@link OK} and so on, one for each result. */
  readonly statuses: Uint8Array;
  /** For each `ok`: of a file its three facts; of a directory how many objects and directories. */
  readonly numbers: Float64Array;
  /** Names in the directories, joined. */
  readonly names: string;
  /** Contents of the files, one after the other. */
  readonly contents: Uint8Array<ArrayBuffer>;
  /** For each `failed`. */
  readonly errors: readonly PackedError[];
}

const OK = 1;
const FAILED = 2;

/** What no name of a file can have in it. */
const SEPARATOR = '\0';

/** The items of a task; `undefined` where a name, which can't be a key then, can't be joined with others. */
export function packItems(items: readonly Item[]): Task['items'] | undefined {
  const [first] = items;
  if (typeof first === 'object') return items as readonly Deletion[];
  const names = items as readonly string[];
  for (const name of names) {
    if (typeof name !== 'string' || name.includes(SEPARATOR)) return undefined;
  }
  return names.join(SEPARATOR);
}

export function unpackItems(items: Task['items']): readonly Item[] {
  return typeof items === 'string' ? items.split(SEPARATOR) : items;
}

export function pack(job: Job, results: readonly Result[]): Answer {
  const statuses = new Uint8Array(results.length);
  const numbers: number[] = [];
  const names: string[] = [];
  const bytes: Uint8Array[] = [];
  const errors: PackedError[] = [];
  for (const [index, result] of results.entries()) {
    if (result.status === 'missing') continue;
    if (result.status === 'failed') {
      statuses[index] = FAILED;
      errors.push(result.error);
      continue;
    }
    statuses[index] = OK;
    if (job.kind === 'children') {
      const { objects, directories } = result.value as Names;
      numbers.push(objects.length, directories.length);
      for (const name of objects) names.push(name);
      for (const name of directories) names.push(name);
    } else if (job.kind === 'stat') {
      pushFacts(numbers, result.value as FileFacts);
    } else if (job.kind === 'read') {
      const content = result.value as FileContent;
      pushFacts(numbers, content.facts);
      bytes.push(content.bytes);
    }
  }
  return {
    statuses,
    numbers: Float64Array.from(numbers),
    names: names.join(SEPARATOR),
    contents: concatenate(bytes),
    errors,
  };
}

/** The reverse of {@link pack}. */
export function unpack(job: Job, answer: Answer): Result[] {
  const { statuses, numbers, contents, errors } = answer;
  const names = answer.names === '' ? [] : answer.names.split(SEPARATOR);
  const results: Result[] = [];
  let number = 0;
  let name = 0;
  let offset = 0;
  let failed = 0;
  for (const status of statuses) {
    if (status === FAILED) {
      results.push({ status: 'failed', error: errors[failed++] as PackedError });
    } else if (status !== OK) {
      results.push(MISSING);
    } else if (job.kind === 'children') {
      const middle = name + (numbers[number++] as number);
      const end = middle + (numbers[number++] as number);
      const value = { objects: names.slice(name, middle), directories: names.slice(middle, end) };
      name = end;
      results.push({ status: 'ok', value });
    } else if (job.kind === 'stat' || job.kind === 'read') {
      const facts = {
        size: numbers[number] as number,
        mtimeMs: numbers[number + 1] as number,
        inode: numbers[number + 2] as number,
      };
      number += 3;
      if (job.kind === 'stat') {
        results.push({ status: 'ok', value: facts });
      } else {
        const bytes = contents.subarray(offset, (offset += facts.size));
        results.push({ status: 'ok', value: { facts, bytes } });
      }
    } else {
      results.push({ status: 'ok', value: null });
    }
  }
  return results;
}

function pushFacts(numbers: number[], { size, mtimeMs, inode }: FileFacts): void {
  numbers.push(size, mtimeMs, inode);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
