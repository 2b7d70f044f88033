import type { Digest } from '../layout/digest.ts';
import { BitSet } from './bit-set.ts';
import { HashIndex } from './hash-index.ts';
import { u32List } from './list.ts';
import { TextTable } from './text-table.ts';

/** 32 bytes of a SHA-256 are eight words. */
const WORDS = 8;
const CHUNK_DIGESTS = 1 << 11;
const CHUNK_BITS = 11;
const SHA256_PREFIX = 'sha256:';
const SHA256_LENGTH = SHA256_PREFIX.length + 64;

const HEX_VALUE = new Uint8Array(128);
for (let value = 0; value < 16; value++) HEX_VALUE[value.toString(16).charCodeAt(0)] = value;

/**
 * A set of digests, each with a number (0, 1, 2, …) by which columns and bit sets refer to it. 32 bytes a SHA-256
 * and 5 to 11 for finding it. Exact: a lookup never takes one digest for another.
 */
export class DigestTable {
  readonly #chunks: Uint32Array[] = [];
  #size = 0;
  readonly #index = new HashIndex((row) => this.#word(row, 0));
  /** Digests of other algorithms are rare: their text is kept, and a row's first word says where. */
  readonly #others = new TextTable();
  readonly #rowOfOther = u32List();
  readonly #isOther = new BitSet();
  readonly #words = new Uint32Array(WORDS);

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
    let text = SHA256_PREFIX;
    for (let word = 0; word < WORDS; word++) {
      text += this.#word(id, word).toString(16).padStart(8, '0');
    }
    return text as Digest;
  }

  /** Appends the words at hand as a new row. */
  #append(): number {
    const row = this.#size++;
    if (row % CHUNK_DIGESTS === 0) this.#chunks.push(new Uint32Array(CHUNK_DIGESTS * WORDS));
    const chunk = this.#chunks[row >>> CHUNK_BITS] as Uint32Array;
    chunk.set(this.#words, (row % CHUNK_DIGESTS) * WORDS);
    return row;
  }

  #findSha256(digest: Digest): number {
    const words = this.#words;
    let at = SHA256_PREFIX.length;
    for (let word = 0; word < WORDS; word++) {
      const end = at + 8;
      let value = 0;
      for (; at < end; at++) {
        value = (value << 4) | (HEX_VALUE[digest.charCodeAt(at)] as number);
      }
      words[word] = value;
    }
    return this.#index.find(words[0] as number, this.#equalsWords);
  }

  readonly #equalsWords = (row: number): boolean => {
    const chunk = this.#chunks[row >>> CHUNK_BITS] as Uint32Array;
    const base = (row % CHUNK_DIGESTS) * WORDS;
    for (let word = 0; word < WORDS; word++) {
      if (chunk[base + word] !== this.#words[word]) return false;
    }
    return true;
  };

  #word(row: number, word: number): number {
    const chunk = this.#chunks[row >>> CHUNK_BITS] as Uint32Array;
    return chunk[(row % CHUNK_DIGESTS) * WORDS + word] as number;
  }
}

function isSha256(digest: Digest): boolean {
  return digest.length === SHA256_LENGTH && digest.startsWith(SHA256_PREFIX);
}
