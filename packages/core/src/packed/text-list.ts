import { Buffer } from 'node:buffer';
import { u32List } from './list.ts';

const CHUNK_BITS = 16;
const CHUNK_BYTES = 1 << CHUNK_BITS;
const LENGTH_BYTES = 2;
/** What a list can hold in all: positions are 32 bits. */
const MAX_LENGTH = CHUNK_BYTES - LENGTH_BYTES;

/** A list of short strings, kept as UTF-8 in large chunks: their length and six bytes each, at most 64 KiB a string. */
export class TextList {
  readonly #chunks: Buffer[] = [];
  #used = CHUNK_BYTES;
  /** Chunk and place within it of each string; a length of two bytes stands before its text. */
  readonly #positions = u32List();

  get length(): number {
    return this.#positions.length;
  }

  /** Appends `bytes` and returns their number. */
  push(bytes: Uint8Array): number {
    if (bytes.length > MAX_LENGTH) throw new RangeError(`a name has ${bytes.length} bytes`);
    if (this.#used + LENGTH_BYTES + bytes.length > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES));
      this.#used = 0;
    }
    const last = this.#chunks.length - 1;
    const chunk = this.#chunks[last] as Buffer;
    const row = this.#positions.push(last * CHUNK_BYTES + this.#used);
    chunk.writeUInt16LE(bytes.length, this.#used);
    chunk.set(bytes, this.#used + LENGTH_BYTES);
    this.#used += LENGTH_BYTES + bytes.length;
    return row;
  }

  /** The bytes of string `row`; a view, not a copy. */
  bytes(row: number): Buffer {
    const position = this.#positions.at(row);
    const chunk = this.#chunks[position >>> CHUNK_BITS] as Buffer;
    const start = (position & (CHUNK_BYTES - 1)) + LENGTH_BYTES;
    return chunk.subarray(start, start + chunk.readUInt16LE(start - LENGTH_BYTES));
  }

  /** The string `row`. */
  text(row: number): string {
    return this.bytes(row).toString('utf8');
  }
}
