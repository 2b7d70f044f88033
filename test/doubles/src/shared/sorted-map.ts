import { Buffer } from 'node:buffer';

/** A map whose names come in UTF-8 byte order, as listings of a store do. */
export class SortedMap<Value> {
  readonly #values = new Map<string, Value>();
  /** Sorted. Names that were deleted stay until the next merge: listings pass them over. */
  #names: string[] = [];
  /** Names that came since the last listing: puts come in bursts, and sorting waits for a listing. */
  #added: string[] = [];
  readonly #deleted = new Set<string>();
  /** Whether UTF-16 order, which is JavaScript's own and much faster, is UTF-8 order here. */
  #plain = true;

  get size(): number {
    return this.#values.size;
  }

  get(name: string): Value | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: Value): void {
    if (!this.#values.has(name) && !this.#deleted.delete(name)) {
      this.#added.push(name);
      this.#plain &&= !BEYOND_PLAIN.test(name);
    }
    this.#values.set(name, value);
  }

  delete(name: string): boolean {
    const existed = this.#values.delete(name);
    if (existed) this.#deleted.add(name);
    return existed;
  }

  /** Names and values from `first` (inclusive) on. A listing that goes on sees what changed meanwhile. */
  *from(first: string): Generator<readonly [name: string, value: Value]> {
    this.#merge();
    const names = this.#names;
    for (let index = lowerBound(names, first); index < names.length; index++) {
      const name = names[index] ?? '';
      const value = this.#values.get(name);
      if (value !== undefined) yield [name, value];
    }
  }

  #merge(): void {
    if (this.#added.length === 0 && this.#deleted.size < 1000) return;
    // A new array, as listings that go on hold the old one. Sorting what is nearly sorted is fast.
    const names = [...this.#names, ...this.#added].filter((name) => this.#values.has(name));
    this.#names = this.#plain ? names.sort() : names.sort(compareUtf8);
    this.#added = [];
    this.#deleted.clear();
  }
}

/** Surrogates and what UTF-16 puts behind them. */
const BEYOND_PLAIN = /[\ud800-\uffff]/;

/** Orders by UTF-8 bytes; JavaScript's own order is by UTF-16 units. */
export function compareUtf8(a: string, b: string): number {
  if (!BEYOND_PLAIN.test(a) && !BEYOND_PLAIN.test(b)) return a < b ? -1 : a > b ? 1 : 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function lowerBound(names: readonly string[], first: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareUtf8(names[middle] ?? '', first) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
