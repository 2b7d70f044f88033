import { Buffer } from 'node:buffer';
import { HashIndex } from './hash-index.ts';
import { TextList } from './text-list.ts';

/** A set of short strings, each with a number (0, 1, 2, …): their length and about 12 bytes each. */
export class TextTable {
  readonly #list = new TextList();
  #sought: Buffer = Buffer.alloc(0);
  /** What was found last: keys come in runs, and often name the same thing again. */
  #last = '';
  #lastRow = -1;
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
    this.#remember(text, row);
    return row;
  }

  /** The number of `text`, or -1. */
  find(text: string): number {
    if (this.#lastRow >= 0 && text === this.#last) return this.#lastRow;
    this.#sought = Buffer.from(text, 'utf8');
    const row = this.#index.find(hashBytes(this.#sought));
    if (row >= 0) this.#remember(text, row);
    return row;
  }

  #remember(text: string, row: number): void {
    this.#last = text;
    this.#lastRow = row;
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
