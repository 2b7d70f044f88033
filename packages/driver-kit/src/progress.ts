import { compareKeys, StorageError } from '@dunnage/driver-api';

/** One page as the store gave it. */
export interface RawPage {
  /** Names of objects and prefixes, in the order given: the first and the last are enough. */
  readonly first: string | undefined;
  readonly last: string | undefined;
  /** With what the store says to go on; `undefined` on the last page. */
  readonly token: string | undefined;
  /** What the store says of whether there is more, where it says so apart from the token. */
  readonly truncated?: boolean;
}

/**
 * Watches that a listing gets on. A store or a proxy that gives a token twice, forgets one, or goes back makes a
 * listing that never ends or leaves something out, which would look unused.
 */
export class Progress {
  readonly #driver: string;
  readonly #prefix: string;
  readonly #ordered: boolean;
  #token: string | undefined;
  #last: string | undefined;

  constructor(driver: string, prefix: string, ordered: boolean) {
    this.#driver = driver;
    this.#prefix = prefix;
    this.#ordered = ordered;
  }

  /** Takes the token that the listing began with. */
  from(token: string | undefined): this {
    this.#token = token;
    return this;
  }

  /** @throws {StorageError} `INCOMPLETE` */
  check(page: RawPage): void {
    const { token, truncated, first } = page;
    if (truncated === true && token === undefined) {
      throw this.#incomplete('says that there is more, but not where to go on');
    }
    if (token !== undefined && token === this.#token) {
      throw this.#incomplete('was told to go on where it was before');
    }
    const back =
      this.#ordered &&
      first !== undefined &&
      this.#last !== undefined &&
      compareKeys(first, this.#last) <= 0;
    if (back) throw this.#incomplete(`went back from ${this.#last} to ${first}`);
    this.#token = token;
    this.#last = page.last ?? this.#last;
  }

  #incomplete(what: string): StorageError {
    const message = `the listing of ${JSON.stringify(this.#prefix)} ${what}; what came may not be all`;
    return new StorageError({ code: 'INCOMPLETE', op: 'list', driver: this.#driver, message });
  }
}
