import { Volume } from 'memfs';

/**
 * The bytes of a store, in a file system of its own that lives in memory. A file per write, never
 * changed afterwards: so a reader keeps what it began to read, and old versions cost nothing extra.
 */
export class Contents {
  readonly #volume = new Volume();
  #last = 0;

  /** Keeps a copy of `bytes`. */
  write(bytes: Uint8Array): number {
    const id = ++this.#last;
    this.#volume.writeFileSync(path(id), bytes, { flag: 'wx' });
    return id;
  }

  /** A copy of the bytes. */
  read(id: number): Uint8Array {
    const bytes = this.#volume.readFileSync(path(id));
    if (typeof bytes === 'string') throw new TypeError('memfs decoded bytes that it should not');
    return bytes;
  }

  remove(id: number): void {
    this.#volume.unlinkSync(path(id));
  }

  /** How many contents there are: those of current objects, old versions and soft-deleted ones. */
  get count(): number {
    return this.#volume.readdirSync('/').length;
  }
}

function path(id: number): string {
  return `/${id}`;
}
