/** A set of small non-negative integers, one bit each, that grows as needed. */
export class BitSet {
  #words = new Uint32Array(64);
  #size = 0;

  /** How many members it has. */
  get size(): number {
    return this.#size;
  }

  has(member: number): boolean {
    const word = this.#words[member >>> 5];
    return word !== undefined && (word & (1 << (member & 31))) !== 0;
  }

  /** Adds `member`; true when it was not in the set before. */
  add(member: number): boolean {
    const index = member >>> 5;
    if (index >= this.#words.length) this.#grow(index + 1);
    const bit = 1 << (member & 31);
    const word = this.#words[index] as number;
    if ((word & bit) !== 0) return false;
    this.#words[index] = word | bit;
    this.#size++;
    return true;
  }

  delete(member: number): void {
    if (!this.has(member)) return;
    const index = member >>> 5;
    this.#words[index] = (this.#words[index] as number) & ~(1 << (member & 31));
    this.#size--;
  }

  /** Its members, in ascending order. */
  *members(): Generator<number> {
    for (const [index, word] of this.#words.entries()) {
      for (let left = word; left !== 0; left &= left - 1) {
        yield index * 32 + 31 - Math.clz32(left & -left);
      }
    }
  }

  #grow(words: number): void {
    const grown = new Uint32Array(Math.max(words, Math.ceil(this.#words.length * 1.5)));
    grown.set(this.#words);
    this.#words = grown;
  }
}
