import { compareKeys } from '@dunnage/driver-api';
import type { Run, Engine } from './engine/engine.ts';
import { unpackError } from './errors.ts';
import type { Names } from './steps/children.ts';
import type { Result } from './steps/jobs.ts';

/** Directories that are read ahead at most. */
const MOST_AHEAD = 256;
/** Names that all directories read ahead hold together, roughly. */
const NAMES_AHEAD = 64 * 1024;
/** Directories per batch. */
const BATCH = 32;
/** Names looked through for directories to read ahead. */
const LOOK_THROUGH = 4096;

/** What to walk. */
export interface WalkOptions {
  readonly prefix: string;
  readonly recursive: boolean;
  /** Only entries after this one, in UTF-8 byte order; `''` for all. */
  readonly after: string;
}

interface Frame {
  readonly prefix: string;
  /** Names in order; those of directories end in `/`, as which they sort among files. */
  readonly names: readonly string[];
  next: number;
}

/**
 * Yields the keys below a prefix in UTF-8 byte order, or with `recursive: false` the keys and prefixes
 * directly below. Holds one directory's names per level, and a bounded number of directories that it
 * reads ahead, several at once, since which come next is known from their parents.
 */
export class Walk {
  readonly #engine: Engine;
  readonly #run: Run;
  readonly #options: WalkOptions;
  readonly #stack: Frame[] = [];
  readonly #ahead = new Map<string, Promise<Names>>();
  #namesPerDirectory = 1;

  constructor(engine: Engine, run: Run, options: WalkOptions) {
    this.#engine = engine;
    this.#run = run;
    this.#options = options;
  }

  async *entries(): AsyncGenerator<string, void, undefined> {
    const { prefix, recursive } = this.#options;
    await this.#enter(prefix);
    for (let frame = this.#stack.at(-1); frame !== undefined; frame = this.#stack.at(-1)) {
      const name = frame.names[frame.next++];
      if (name === undefined) this.#stack.pop();
      else if (recursive && name.endsWith('/')) await this.#enter(frame.prefix + name);
      else yield frame.prefix + name;
    }
  }

  async #enter(prefix: string): Promise<void> {
    const names = await this.#read(prefix);
    this.#stack.push({ prefix, names: this.#inOrder(prefix, names), next: 0 });
  }

  /** The names that are to be visited, in the order of the keys that they make or hold. */
  #inOrder(prefix: string, { objects, directories }: Names): string[] {
    const names = objects;
    for (const directory of directories) names.push(`${directory}/`);
    const { after } = this.#options;
    if (after === '') return names.sort(compareKeys);
    return names.filter((name) => this.#isWanted(prefix + name)).sort(compareKeys);
  }

  #isWanted(entry: string): boolean {
    const { after, recursive } = this.#options;
    if (compareKeys(entry, after) > 0) return true;
    return recursive && entry.endsWith('/') && after.startsWith(entry);
  }

  async #read(prefix: string): Promise<Names> {
    if (!this.#ahead.has(prefix)) this.#readAhead(prefix);
    const names = await (this.#ahead.get(prefix) as Promise<Names>);
    this.#ahead.delete(prefix);
    const count = names.objects.length + names.directories.length;
    this.#namesPerDirectory = 0.9 * this.#namesPerDirectory + 0.1 * count;
    return names;
  }

  /** Begins to read `prefix` and the directories that come after it. */
  #readAhead(prefix: string): void {
    const most = Math.min(MOST_AHEAD, Math.ceil(NAMES_AHEAD / (this.#namesPerDirectory + 1)));
    const wanted = [prefix, ...this.#upcoming(most - 1 - this.#ahead.size)];
    for (let start = 0; start < wanted.length; start += BATCH) {
      const batch = wanted.slice(start, start + BATCH);
      const results = this.#engine.all(this.#run, batch);
      for (const [index, name] of batch.entries()) {
        const names = results.then((all) => namesFrom(all[index] as Result));
        // Whoever gets to that directory sees the failure; nobody may.
        names.catch(() => {});
        this.#ahead.set(name, names);
      }
    }
  }

  #upcoming(count: number): string[] {
    const found: string[] = [];
    if (!this.#options.recursive) return found;
    let looked = 0;
    for (const frame of this.#stack.toReversed()) {
      for (let index = frame.next; index < frame.names.length; index++) {
        if (found.length >= count || ++looked > LOOK_THROUGH) return found;
        const name = frame.names[index];
        if (name?.endsWith('/') === true && !this.#ahead.has(frame.prefix + name)) {
          found.push(frame.prefix + name);
        }
      }
    }
    return found;
  }
}

function namesFrom(result: Result): Names {
  if (result.status === 'failed') throw unpackError(result.error);
  // Not there (any more): empty. That the root still is, was made sure of.
  return result.status === 'ok' ? (result.value as Names) : { objects: [], directories: [] };
}
