/** Ticks of 100 ns since the year 1: what etags, versions and snapshots are numbered by. */
export type Ticks = bigint;

const ticksAt1970 = 621_355_968_000_000_000n;

/** A clock that never gives the same tick twice, so that each write gets an etag of its own. */
export class Ticker {
  readonly #clock: () => number;
  #last: Ticks = 0n;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#clock();
  }

  next(): Ticks {
    const ticks = ticksAt(this.#clock());
    this.#last = ticks > this.#last ? ticks : this.#last + 1n;
    return this.#last;
  }
}

/** @param milliseconds since 1970 */
export function ticksAt(milliseconds: number): Ticks {
  return BigInt(Math.floor(milliseconds * 10_000)) + ticksAt1970;
}

/** With its quotes, as headers have it. */
export function etagOf(ticks: Ticks): string {
  return `"0x${ticks.toString(16).toUpperCase()}"`;
}

/** `2026-09-05T11:30:54.4301429Z`: names a version or a snapshot. */
export function stampOf(ticks: Ticks): string {
  const since1970 = ticks - ticksAt1970;
  const seconds = new Date(Number(since1970 / 10_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(since1970 % 10_000_000n).padStart(7, '0')}Z`;
}

/** The tick that made an etag. */
export function ticksOf(etag: string): Ticks {
  return BigInt(etag.replaceAll('"', ''));
}
