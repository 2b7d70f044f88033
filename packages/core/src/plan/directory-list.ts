import type { Prefix } from '@dunnage/driver-api';
import { TextTable } from '../packed/text-table.ts';

/** Directories that have nothing left in them, in the order in which they can go: children before parents. */
export class DirectoryList {
  readonly #table = new TextTable();

  get size(): number {
    return this.#table.size;
  }

  add(prefix: Prefix): void {
    this.#table.add(prefix);
  }

  has(prefix: string): boolean {
    return this.#table.find(prefix) >= 0;
  }

  *[Symbol.iterator](): Generator<Prefix> {
    for (let row = 0; row < this.#table.size; row++) yield this.#table.text(row) as Prefix;
  }
}
