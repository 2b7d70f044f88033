const EMPTY = 0;
const HASHES = 2 ** 32;

/** What an index must know of the rows that it points to. */
export interface Rows {
  /** The hash of a row that was added, from 0 to 2^32 − 1, for when the index grows. */
  hashOf(row: number): number;
  /** True when the row is what is being looked for. */
  isSought(row: number): boolean;
}

/**
 * Open-addressing index from a 32-bit hash to row numbers; the rows themselves live elsewhere and say whether they
 * match. Five bytes a slot, and so between 6 and 9 a row: it grows by a third when four fifths are taken.
 */
export class HashIndex {
  readonly #rows: Rows;
  #slots = new Uint32Array(64);
  /** Eight bits of each row's hash: of the rows that a search passes, only one in 256 has to be looked at. */
  #marks = new Uint8Array(64);
  #size = 0;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** The row with `hash` that is sought, or -1. */
  find(hash: number): number {
    const slots = this.#slots;
    const marks = this.#marks;
    const spread = scramble(hash);
    const mark = spread & 0xff;
    for (
      let slot = homeOf(spread, slots.length);
      ;
      slot = slot + 1 === slots.length ? 0 : slot + 1
    ) {
      const entry = slots[slot] as number;
      if (entry === EMPTY) return -1;
      if (marks[slot] === mark && this.#rows.isSought(entry - 1)) return entry - 1;
    }
  }

  /** Adds a row that {@link find} does not find. */
  add(hash: number, row: number): void {
    if ((this.#size + 1) * 5 > this.#slots.length * 4) this.#grow();
    this.#size++;
    this.#place(hash, row);
  }

  #place(hash: number, row: number): void {
    const slots = this.#slots;
    const spread = scramble(hash);
    let slot = homeOf(spread, slots.length);
    while (slots[slot] !== EMPTY) slot = slot + 1 === slots.length ? 0 : slot + 1;
    slots[slot] = row + 1;
    this.#marks[slot] = spread & 0xff;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(Math.ceil((old.length * 4) / 3));
    this.#marks = new Uint8Array(this.#slots.length);
    for (const entry of old) {
      if (entry !== EMPTY) this.#place(this.#rows.hashOf(entry - 1), entry - 1);
    }
  }
}

/** Where a hash belongs: any number of slots will do, not just powers of two. */
function homeOf(spread: number, slots: number): number {
  return Math.floor((spread / HASHES) * slots);
}

/** Spreads hashes that are alike (murmur3's finaliser). */
function scramble(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
