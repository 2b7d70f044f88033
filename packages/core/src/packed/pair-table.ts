import { HashIndex } from './hash-index.ts';
import { u32List } from './list.ts';

/** A set of pairs of 32-bit numbers, each pair with a row number (0, 1, 2, …): about 14 bytes a pair. */
export class PairTable {
  readonly #left = u32List();
  readonly #right = u32List();
  #soughtLeft = 0;
  #soughtRight = 0;
  readonly #index = new HashIndex({
    hashOf: (row) => hashPair(this.#left.at(row), this.#right.at(row)),
    isSought: (row) =>
      this.#right.at(row) === this.#soughtRight && this.#left.at(row) === this.#soughtLeft,
  });

  get size(): number {
    return this.#left.length;
  }

  /** The row of the pair, which is added when it is new. */
  add(left: number, right: number): number {
    const found = this.find(left, right);
    if (found >= 0) return found;
    const row = this.#left.push(left);
    this.#right.push(right);
    this.#index.add(hashPair(left, right), row);
    return row;
  }

  /** The row of the pair, or -1. */
  find(left: number, right: number): number {
    this.#soughtLeft = left;
    this.#soughtRight = right;
    return this.#index.find(hashPair(left, right));
  }

  left(row: number): number {
    return this.#left.at(row);
  }

  right(row: number): number {
    return this.#right.at(row);
  }
}

function hashPair(left: number, right: number): number {
  return (Math.imul(left, 0x9e3779b1) ^ right) >>> 0;
}
