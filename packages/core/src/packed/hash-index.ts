const EMPTY = 0;

/**
 * Open-addressing index from a 32-bit hash to row numbers; the rows themselves live elsewhere and say whether they
 * match. Four bytes a slot, at most 3/4 full.
 */
export class HashIndex {
  readonly #hashOf: (row: number) => number;
  #slots = new Uint32Array(64);
  #size = 0;

  /** @param hashOf the hash of a row that was added, for rebuilding when the index grows. */
  constructor(hashOf: (row: number) => number) {
    this.#hashOf = hashOf;
  }

  /** The row with `hash` for which `matches` holds, or -1. */
  find(hash: number, matches: (row: number) => boolean): number {
    const mask = this.#slots.length - 1;
    for (let slot = scramble(hash) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot] as number;
      if (entry === EMPTY) return -1;
      if (matches(entry - 1)) return entry - 1;
    }
  }

  /** Adds a row that {@link find} does not find. */
  add(hash: number, row: number): void {
    if ((this.#size + 1) * 4 > this.#slots.length * 3) this.#grow();
    this.#size++;
    this.#place(hash, row);
  }

  #place(hash: number, row: number): void {
    const mask = this.#slots.length - 1;
    let slot = scramble(hash) & mask;
    while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    this.#slots[slot] = row + 1;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    for (const entry of old) if (entry !== EMPTY) this.#place(this.#hashOf(entry - 1), entry - 1);
  }
}

/** Spreads hashes whose low bits are alike (murmur3's finaliser). */
function scramble(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
