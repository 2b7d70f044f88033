import { Buffer } from 'node:buffer';
import { f64List, u32List } from '../packed/list.ts';
import { PairTable } from '../packed/pair-table.ts';
import { TextList } from '../packed/text-list.ts';

/** Blobs that nothing live refers to, with what a delete must know of each. */
export class BlobCandidates {
  readonly #digest = u32List();
  readonly #size = f64List();
  readonly #modified = f64List();
  readonly #etag = u32List();
  readonly #etags = new TextList();
  #rowOf: PairTable | undefined;

  get length(): number {
    return this.#digest.length;
  }

  /** @param modified in milliseconds since the epoch. */
  add(digest: number, size: number, modified: number, etag: string | undefined): void {
    this.#digest.push(digest);
    this.#size.push(size);
    this.#modified.push(modified);
    this.#etag.push(etag === undefined ? 0 : this.#etags.push(Buffer.from(etag)) + 1);
  }

  digest(row: number): number {
    return this.#digest.at(row);
  }

  size(row: number): number {
    return this.#size.at(row);
  }

  modified(row: number): number {
    return this.#modified.at(row);
  }

  etag(row: number): string | undefined {
    const etag = this.#etag.at(row);
    return etag === 0 ? undefined : this.#etags.text(etag - 1);
  }

  /** The row of a digest's number, or -1. The index for it is made at the first call. */
  find(digest: number): number {
    if (this.#rowOf === undefined) {
      this.#rowOf = new PairTable();
      // Rows are added in order, so a pair's row is the candidate's; a digest that is listed twice would break that.
      for (let row = 0; row < this.length; row++) this.#rowOf.add(this.digest(row), 0);
    }
    return this.#rowOf.find(digest, 0);
  }
}
