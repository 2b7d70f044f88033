/**
 * How many objects go into one bulk delete. Some stores take fewer than S3 does, and say so only by refusing the
 * whole request as malformed.
 */
export class Bulk {
  #limit: number;
  #mostTaken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** 1: each object has a request of its own. */
  get limit(): number {
    return this.#limit;
  }

  /** A request with so many was carried out. */
  taken(count: number): void {
    this.#mostTaken = Math.max(this.#mostTaken, count);
  }

  /** How many to try instead of the `count` that were refused. */
  less(count: number): number {
    return count > KNOWN_LOWER ? KNOWN_LOWER : Math.ceil(count / 2);
  }

  /**
   * Requests with `count` were refused, smaller ones were carried out: those to come are made as small. Where
   * as many have been taken before, it was not the number that the store objected to.
   */
  refused(count: number): void {
    if (this.#mostTaken > 0 && this.#mostTaken < count) {
      this.#limit = Math.min(this.#limit, this.#mostTaken);
    }
  }

  /** The store has no bulk delete. */
  none(): void {
    this.#limit = 1;
  }
}

/** What Cloudflare's R2 takes. */
const KNOWN_LOWER = 700;
