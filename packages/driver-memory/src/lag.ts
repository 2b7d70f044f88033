import type { Key } from '@dunnage/driver-api';
import type { Lag } from './profiles/profile.ts';
import type { Stored } from './stored.ts';

/** What readers still see of one key: its state before a change. */
interface Echo {
  readonly key: Key;
  readonly before: Stored | undefined;
  readonly until: number;
}

/**
 * Makes readers lag behind writers, the same way in every run: by a number of operations on the store,
 * or by its clock; never by a timer.
 */
export class Echoes {
  readonly #lag: Lag;
  readonly #clock: () => number;
  readonly #faded: (key: Key, before: Stored | undefined) => void;
  readonly #byKey = new Map<Key, Echo[]>();
  readonly #queue = new Set<Echo>();
  #operations = 0;

  /** `faded` is called once a change is seen by all, with the state that nobody sees any more. */
  constructor(
    lag: Lag,
    clock: () => number,
    faded: (key: Key, before: Stored | undefined) => void,
  ) {
    this.#lag = lag;
    this.#clock = clock;
    this.#faded = faded;
  }

  /** One operation has gone by. */
  tick(): void {
    this.#operations++;
    const now = 'operations' in this.#lag ? this.#operations : this.#clock();
    for (const echo of this.#queue) {
      if (echo.until > now) break;
      this.#fade(echo);
    }
  }

  /** The key has changed just now; before, it was `before`. */
  record(key: Key, before: Stored | undefined): void {
    const until =
      'operations' in this.#lag
        ? this.#operations + this.#lag.operations + 1
        : this.#clock() + this.#lag.ms;
    const echo: Echo = { key, before, until };
    this.#queue.add(echo);
    const earlier = this.#byKey.get(key);
    if (earlier === undefined) this.#byKey.set(key, [echo]);
    else earlier.push(echo);
  }

  /** What a reader sees of a key whose true state is `current`. */
  seen(key: Key, current: Stored | undefined): Stored | undefined {
    const oldest = this.#byKey.get(key)?.[0];
    return oldest === undefined ? current : oldest.before;
  }

  /** Is the key still echoed? Then listings have to consider it, whether it exists or not. */
  has(key: Key): boolean {
    return this.#byKey.has(key);
  }

  /** Lets everybody see everything. */
  settle(): void {
    for (const echo of this.#queue) this.#fade(echo);
  }

  #fade(echo: Echo): void {
    this.#queue.delete(echo);
    const echoes = this.#byKey.get(echo.key);
    echoes?.shift();
    if (echoes?.length === 0) this.#byKey.delete(echo.key);
    this.#faded(echo.key, echo.before);
  }
}
