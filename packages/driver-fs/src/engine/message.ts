import type { PackedError } from '../errors.ts';
import type { Names } from '../steps/children.ts';
import type { FileFacts } from '../steps/info.ts';
import { MISSING } from '../steps/jobs.ts';
import type { Deletion, Item, Job, Result } from '../steps/jobs.ts';
import type { FileContent } from '../steps/objects.ts';
import type { Root } from '../steps/root.ts';
import type { Results } from './results.ts';

// What crosses threads is a few large things, not many small ones: each object of a message is written,
// read and collected on both sides, which costs several times what the system call behind it costs. For
// the same reason results are packed one by one as they come, and unpacked one by one as they are taken.

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
  /** For each `ok`: of a file its three facts; of a directory three lengths. */
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

/** Makes an answer of the results of one batch. */
export class Packer {
  readonly #kind: Job['kind'];
  readonly #statuses: Uint8Array;
  #length = 0;
  readonly #numbers: Float64Array;
  #filled = 0;
  readonly #names: string[] = [];
  #contents = new Uint8Array(0);
  #bytes = 0;
  readonly #errors: PackedError[] = [];

  /** @param most results that there will be. */
  constructor(kind: Job['kind'], most: number) {
    this.#kind = kind;
    this.#statuses = new Uint8Array(most);
    this.#numbers = new Float64Array(most * 3);
  }

  add(result: Result): void {
    const index = this.#length++;
    if (result.status === 'missing') return;
    if (result.status === 'failed') {
      this.#statuses[index] = FAILED;
      this.#errors.push(result.error);
      return;
    }
    this.#statuses[index] = OK;
    if (this.#kind === 'children') this.#addNames(result.value as Names);
    else if (this.#kind === 'stat') this.#addFacts(result.value as FileFacts);
    else if (this.#kind === 'read') this.#addContent(result.value as FileContent);
  }

  answer(): Answer {
    return {
      statuses: this.#statuses.slice(0, this.#length),
      numbers: this.#numbers.slice(0, this.#filled),
      names: this.#names.join(''),
      contents: this.#contents.slice(0, this.#bytes),
      errors: this.#errors,
    };
  }

  /** The length of the text that is added, and how many objects and directories it names. */
  #addNames({ objects, directories }: Names): void {
    const text = joined(objects) + joined(directories);
    this.#names.push(text);
    this.#addNumbers(text.length, objects.length, directories.length);
  }

  #addFacts({ size, mtimeMs, inode }: FileFacts): void {
    this.#addNumbers(size, mtimeMs, inode);
  }

  #addContent({ facts, bytes }: FileContent): void {
    this.#addFacts(facts);
    const end = this.#bytes + bytes.length;
    if (end > this.#contents.length) {
      const grown = new Uint8Array(Math.max(end, this.#contents.length * 2, 64 * 1024));
      grown.set(this.#contents.subarray(0, this.#bytes));
      this.#contents = grown;
    }
    this.#contents.set(bytes, this.#bytes);
    this.#bytes = end;
  }

  #addNumbers(a: number, b: number, c: number): void {
    this.#numbers[this.#filled++] = a;
    this.#numbers[this.#filled++] = b;
    this.#numbers[this.#filled++] = c;
  }
}

/** Names, each followed by the separator. */
function joined(names: readonly string[]): string {
  return names.length === 0 ? '' : names.join(SEPARATOR) + SEPARATOR;
}

/** The reverse of {@link Packer}. */
export class Unpacker implements Results {
  readonly length: number;
  readonly #kind: Job['kind'];
  readonly #answer: Answer;
  #index = 0;
  #number = 0;
  #at = 0;
  #failed = 0;

  constructor(kind: Job['kind'], answer: Answer) {
    this.#kind = kind;
    this.#answer = answer;
    this.length = answer.statuses.length;
  }

  next(): Result {
    const { statuses, errors } = this.#answer;
    const status = statuses[this.#index++];
    if (status === FAILED) {
      return { status: 'failed', error: errors[this.#failed++] as PackedError };
    }
    if (status !== OK) return MISSING;
    switch (this.#kind) {
      case 'children':
        return { status: 'ok', value: this.#names() };
      case 'stat':
        return { status: 'ok', value: this.#facts() };
      case 'read':
        return { status: 'ok', value: this.#content() };
      default:
        return { status: 'ok', value: null };
    }
  }

  #names(): Names {
    const length = this.#next();
    const objects = this.#next();
    const directories = this.#next();
    if (length === 0) return { objects: [], directories: [] };
    const text = this.#answer.names.slice(this.#at, this.#at + length - 1);
    this.#at += length;
    const names = text.split(SEPARATOR);
    if (objects === 0) return { objects: [], directories: names };
    if (directories === 0) return { objects: names, directories: [] };
    return { objects: names.slice(0, objects), directories: names.slice(objects) };
  }

  #facts(): FileFacts {
    return { size: this.#next(), mtimeMs: this.#next(), inode: this.#next() };
  }

  #content(): FileContent {
    const facts = this.#facts();
    const start = this.#at;
    this.#at += facts.size;
    return { facts, bytes: this.#answer.contents.subarray(start, this.#at) };
  }

  #next(): number {
    return this.#answer.numbers[this.#number++] as number;
  }
}
