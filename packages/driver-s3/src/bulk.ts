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
   * A request with so many was refused as malformed, and carried out in pieces: those to come are as small as the
   * largest piece that was taken. Where as many were ever taken, it was not their number; and a request that was
   * smaller than others are tells nothing of them.
   */
  refused(count: number): void {
    if (count >= this.#limit && this.#mostTaken < count) {
      this.#limit = Math.max(1, this.#mostTaken);
    }
  }

  /** The store has no bulk delete. */
  none(): void {
    this.#limit = 1;
  }
}

/** What Cloudflare's R2 takes. */
const KNOWN_LOWER = 700;
