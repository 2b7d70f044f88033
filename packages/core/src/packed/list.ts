/**
 * Append-only lists of numbers in fixed-size chunks of typed arrays: no copy when they grow, no object per
 * element, four or eight bytes each.
 */
export interface NumberList {
  readonly length: number;
  push(value: number): number;
  at(index: number): number;
  set(index: number, value: number): void;
}

type Chunk = Uint8Array | Uint32Array | Float64Array;

const CHUNK_BITS = 12;
const CHUNK_SIZE = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_SIZE - 1;

class ChunkedList implements NumberList {
  readonly #make: () => Chunk;
  readonly #chunks: Chunk[] = [];
  #length = 0;

  constructor(make: () => Chunk) {
    this.#make = make;
  }

  get length(): number {
    return this.#length;
  }

  /** Appends `value` and returns its index. */
  push(value: number): number {
    const index = this.#length++;
    const offset = index & CHUNK_MASK;
    if (offset === 0) this.#chunks.push(this.#make());
    (this.#chunks[index >>> CHUNK_BITS] as Chunk)[offset] = value;
    return index;
  }

  /** The element at `index`, which must be below {@link length}. */
  at(index: number): number {
    return (this.#chunks[index >>> CHUNK_BITS] as Chunk)[index & CHUNK_MASK] as number;
  }

  set(index: number, value: number): void {
    (this.#chunks[index >>> CHUNK_BITS] as Chunk)[index & CHUNK_MASK] = value;
  }
}

/** A list of integers from 0 to 2^32 − 1. */
export const u32List = (): NumberList => new ChunkedList(() => new Uint32Array(CHUNK_SIZE));
/** A list of integers from 0 to 255. */
export const u8List = (): NumberList => new ChunkedList(() => new Uint8Array(CHUNK_SIZE));
/** A list of numbers, for sizes and times beyond 2^32. */
export const f64List = (): NumberList => new ChunkedList(() => new Float64Array(CHUNK_SIZE));

/**
 * A column of 32-bit values for rows that mostly have none: takes no memory until one is set, and then only for
 * the chunks that have one. Unset rows read as 0.
 */
export class SparseColumn {
  readonly #chunks: (Uint32Array | undefined)[] = [];

  at(row: number): number {
    return this.#chunks[row >>> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  }

  set(row: number, value: number): void {
    const chunk = row >>> CHUNK_BITS;
    if (value === 0 && this.#chunks[chunk] === undefined) return;
    (this.#chunks[chunk] ??= new Uint32Array(CHUNK_SIZE))[row & CHUNK_MASK] = value;
  }
}
