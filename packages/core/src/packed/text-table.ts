import { Buffer } from 'node:buffer';
import { HashIndex } from './hash-index.ts';
import { u32List } from './list.ts';

const CHUNK_BYTES = 1 << 16;

/** A set of strings, each with a number, kept as UTF-8 in large chunks: their length and about 14 bytes each. */
export class TextTable {
  readonly #chunks: Buffer[] = [];
  #used = CHUNK_BYTES;
  readonly #chunkOf = u32List();
  readonly #startOf = u32List();
  readonly #lengthOf = u32List();
  readonly #index = new HashIndex((row) => hashBytes(this.#bytes(row)));

  get size(): number {
    return this.#lengthOf.length;
  }

  /** The number of `text`, which is added when it is new. */
  add(text: string): number {
    const bytes = Buffer.from(text, 'utf8');
    const hash = hashBytes(bytes);
    const found = this.#index.find(hash, (row) => this.#bytes(row).equals(bytes));
    if (found >= 0) return found;
    const row = this.#append(bytes);
    this.#index.add(hash, row);
    return row;
  }

  /** The number of `text`, or -1. */
  find(text: string): number {
    const bytes = Buffer.from(text, 'utf8');
    return this.#index.find(hashBytes(bytes), (row) => this.#bytes(row).equals(bytes));
  }

  /** The string with number `row`. */
  text(row: number): string {
    return this.#bytes(row).toString('utf8');
  }

  #bytes(row: number): Buffer {
    const start = this.#startOf.at(row);
    const chunk = this.#chunks[this.#chunkOf.at(row)] as Buffer;
    return chunk.subarray(start, start + this.#lengthOf.at(row));
  }

  #append(bytes: Buffer): number {
    if (this.#used + bytes.length > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, bytes.length)));
      this.#used = 0;
    }
    const chunk = this.#chunks.length - 1;
    bytes.copy(this.#chunks[chunk] as Buffer, this.#used);
    const row = this.#chunkOf.push(chunk);
    this.#startOf.push(this.#used);
    this.#lengthOf.push(bytes.length);
    this.#used += bytes.length;
    return row;
  }
}

/** FNV-1a. */
function hashBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
