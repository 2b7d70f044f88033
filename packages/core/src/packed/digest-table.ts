import { Buffer } from 'node:buffer';
import { makeDigest, type Digest } from '../layout/digest.ts';
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

/** What is no lower-case hex digit: it has a bit that none of them has. */
const NO_HEX = 0x80;
const HEX_VALUE = new Uint8Array(256).fill(NO_HEX);
for (let value = 0; value < 16; value++) HEX_VALUE[value.toString(16).charCodeAt(0)] = value;

/** Rows of 32 bytes, as bytes for their hex and as words for comparing. */
interface Chunk {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
}

/**
 * A set of digests, each with a number (0, 1, 2, …) by which columns and bit sets refer to it. 32 bytes a SHA-256
 * and 6 to 9 for finding it. Exact: a lookup never takes one digest for another.
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
    if (isSha256(digest)) return this.#addSha256(digest);
    const found = this.find(digest);
    if (found >= 0) return found;
    this.#words[0] = this.#others.add(digest);
    const row = this.#append();
    this.#rowOfOther.push(row);
    this.#isOther.add(row);
    return row;
  }

  /** The number of the digest that a path spells so, which is added when it is new; -1 when it spells none. */
  addNamed(algorithm: string, hex: string): number {
    // Spares making a string of each of many names.
    if (algorithm === 'sha256') return hex.length === 2 * BYTES ? this.#addSha256(hex) : -1;
    const digest = makeDigest(algorithm, hex);
    return digest === undefined ? -1 : this.add(digest);
  }

  /** The number of the SHA-256 whose hex digits end `text`; -1 when it ends otherwise. */
  #addSha256(text: string): number {
    if (!this.#takeSha256(text)) return -1;
    const hash = this.#words[0] as number;
    const found = this.#index.find(hash);
    if (found >= 0) return found;
    const row = this.#append();
    this.#index.add(hash, row);
    return row;
  }

  /** The number of `digest`, or -1. */
  find(digest: Digest): number {
    if (isSha256(digest)) {
      return this.#takeSha256(digest) ? this.#index.find(this.#words[0] as number) : -1;
    }
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

  /** Makes the SHA-256 that ends `text` the digest at hand; false when that is none. */
  #takeSha256(text: string): boolean {
    const bytes = this.#bytes;
    let at = text.length - 2 * BYTES;
    if (at < 0) return false;
    let seen = 0;
    for (let index = 0; index < BYTES; index++, at += 2) {
      const high = HEX_VALUE[text.charCodeAt(at)] ?? NO_HEX;
      const low = HEX_VALUE[text.charCodeAt(at + 1)] ?? NO_HEX;
      seen |= high | low;
      bytes[index] = (high << 4) | low;
    }
    return seen < NO_HEX;
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
