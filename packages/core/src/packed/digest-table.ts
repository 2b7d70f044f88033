import { Buffer } from 'node:buffer';
import type { Digest } from '../layout/digest.ts';
import { BitSet } from './bit-set.ts';
import { HashIndex } from './hash-index.ts';
import { u32List } from './list.ts';
import { TextTable } from './text-table.ts';

const BYTES = 32;
const WORDS = BYTES / 4;
const CHUNK_BITS = 11;
const CHUNK_DIGESTS = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_DIGESTS - 1;
const SHA256_PREFIX = 'sha256:';
const SHA256_LENGTH = SHA256_PREFIX.length + 2 * BYTES;

const HEX_VALUE = new Uint8Array(128);
for (let value = 0; value < 16; value++) HEX_VALUE[value.toString(16).charCodeAt(0)] = value;

/** Rows of 32 bytes, as bytes for their hex and as words for comparing. */
interface Chunk {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
}

/**
 * A set of digests, each with a number (0, 1, 2, …) by which columns and bit sets refer to it. 32 bytes a SHA-256
 * and 5 to 7 for finding it. Exact: a lookup never takes one digest for another.
 */
export class DigestTable {
  readonly #chunks: Chunk[] = [];
  #size = 0;
  readonly #index = new HashIndex({
    hashOf: (row) => this.#word(row, 0),
    isSought: (row) => this.#isAtHand(row),
  });
  /** Digests of other algorithms are rare: their text is kept, and a row's first word says where. */
  readonly #others = new TextTable();
  readonly #rowOfOther = u32List();
  readonly #isOther = new BitSet();
  /** The digest at hand, as bytes and as words. */
  readonly #bytes = new Uint8Array(BYTES);
  readonly #words = new Uint32Array(this.#bytes.buffer);

  /** How many digests it has: their numbers are all those below. */
  get size(): number {
    return this.#size;
  }

  /** The number of `digest`, which is added when it is new. */
  add(digest: Digest): number {
    const found = this.find(digest);
    if (found >= 0) return found;
    if (isSha256(digest)) {
      const row = this.#append();
      this.#index.add(this.#words[0] as number, row);
      return row;
    }
    this.#words[0] = this.#others.add(digest);
    const row = this.#append();
    this.#rowOfOther.push(row);
    this.#isOther.add(row);
    return row;
  }

  /** The number of `digest`, or -1. */
  find(digest: Digest): number {
    if (isSha256(digest)) return this.#findSha256(digest);
    const other = this.#others.find(digest);
    return other < 0 ? -1 : this.#rowOfOther.at(other);
  }

  /** The digest with number `id`. */
  text(id: number): Digest {
    if (this.#isOther.has(id)) return this.#others.text(this.#word(id, 0)) as Digest;
    const start = (id & CHUNK_MASK) * BYTES;
    const { bytes } = this.#chunks[id >>> CHUNK_BITS] as Chunk;
    return (SHA256_PREFIX + bytes.toString('hex', start, start + BYTES)) as Digest;
  }

  /** Appends the digest at hand as a new row. */
  #append(): number {
    const row = this.#size++;
    if ((row & CHUNK_MASK) === 0) {
      const buffer = new ArrayBuffer(CHUNK_DIGESTS * BYTES);
      this.#chunks.push({ bytes: Buffer.from(buffer), words: new Uint32Array(buffer) });
    }
    const { words } = this.#chunks[row >>> CHUNK_BITS] as Chunk;
    words.set(this.#words, (row & CHUNK_MASK) * WORDS);
    return row;
  }

  #findSha256(digest: Digest): number {
    const bytes = this.#bytes;
    for (let index = 0, at = SHA256_PREFIX.length; index < BYTES; index++, at += 2) {
      const high = HEX_VALUE[digest.charCodeAt(at)] as number;
      bytes[index] = (high << 4) | (HEX_VALUE[digest.charCodeAt(at + 1)] as number);
    }
    return this.#index.find(this.#words[0] as number);
  }

  #isAtHand(row: number): boolean {
    const { words } = this.#chunks[row >>> CHUNK_BITS] as Chunk;
    const base = (row & CHUNK_MASK) * WORDS;
    for (let word = 0; word < WORDS; word++) {
      if (words[base + word] !== this.#words[word]) return false;
    }
    return true;
  }

  #word(row: number, word: number): number {
    const { words } = this.#chunks[row >>> CHUNK_BITS] as Chunk;
    return words[(row & CHUNK_MASK) * WORDS + word] as number;
  }
}

function isSha256(digest: Digest): boolean {
  return digest.length === SHA256_LENGTH && digest.startsWith(SHA256_PREFIX);
}
