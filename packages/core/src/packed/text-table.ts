import { Buffer } from 'node:buffer';
import { HashIndex } from './hash-index.ts';
import { TextList } from './text-list.ts';

/** A set of short strings, each with a number (0, 1, 2, …): their length and about 12 bytes each. */
export class TextTable {
  readonly #list = new TextList();
  #sought: Buffer = Buffer.alloc(0);
  readonly #index = new HashIndex({
    hashOf: (row) => hashBytes(this.#list.bytes(row)),
    isSought: (row) => this.#list.bytes(row).equals(this.#sought),
  });

  get size(): number {
    return this.#list.length;
  }

  /** The number of `text`, which is added when it is new. */
  add(text: string): number {
    const found = this.find(text);
    if (found >= 0) return found;
    const row = this.#list.push(this.#sought);
    this.#index.add(hashBytes(this.#sought), row);
    return row;
  }

  /** The number of `text`, or -1. */
  find(text: string): number {
    this.#sought = Buffer.from(text, 'utf8');
    return this.#index.find(hashBytes(this.#sought));
  }

  /** The string with number `row`. */
  text(row: number): string {
    return this.#list.text(row);
  }
}

/** FNV-1a. */
function hashBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
