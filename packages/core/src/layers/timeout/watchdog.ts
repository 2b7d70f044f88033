import { StorageError, type Applied } from '@dunnage/driver-api';
import { linkSignals, type Link } from '../link.ts';
import type { Call } from '../intercept.ts';

export interface WatchdogOptions {
  readonly call: Call;
  readonly driver: string;
  readonly ms: number;
  /** Could the operation have taken effect when its time is up? */
  readonly applied: Applied;
  /** The caller's own. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Watches one operation, which may have many steps. When a step makes no progress for `ms`, the operation's
 * signal is aborted and the step fails with `TIMEOUT`, also when the driver does not heed its signal.
 *
 * One timer serves all steps: it is not set anew for each, but looks, when it fires, how long ago the
 * last progress was. It runs only while there is a step.
 */
export class Watchdog implements Disposable {
  readonly signal: AbortSignal;
  readonly #options: WatchdogOptions;
  readonly #controller = new AbortController();
  readonly #link: Link;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #progressAt = 0;
  /** Fails the step that is under way. */
  #fail: ((error: StorageError) => void) | undefined;
  #paused = false;
  #expired: StorageError | undefined;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#link = linkSignals(this.#controller.signal, options.signal);
    this.signal = this.#link.signal ?? this.#controller.signal;
  }

  /** One step. Steps of one operation don't overlap. */
  step<T>(work: () => Promise<T>): Promise<T> {
    if (this.#expired !== undefined) return Promise.reject(this.#expired);
    this.progress();
    this.#timer ??= setTimeout(this.#look, this.#options.ms);
    // Not a race of promises: there is a step for each item of a stream.
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#fail = reject;
    void this.#settle(work, resolve, reject);
    return promise;
  }

  async #settle<T>(
    work: () => Promise<T>,
    resolve: (value: T) => void,
    reject: (error: Error) => void,
  ): Promise<void> {
    try {
      resolve(await work());
    } catch (error) {
      reject(error as Error);
    } finally {
      this.#fail = undefined;
    }
  }

  /** Something moved: the time starts anew. */
  progress(): void {
    this.#progressAt = performance.now();
  }

  /** While paused the operation waits for its caller, not for the store: that may take any time. */
  pause(paused: boolean): void {
    this.#paused = paused;
    this.progress();
  }

  /** Ends watching. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#link[Symbol.dispose]();
  }

  readonly #look = (): void => {
    const { ms } = this.#options;
    this.#timer = undefined;
    if (this.#fail === undefined) return;
    const idle = this.#paused ? 0 : performance.now() - this.#progressAt;
    // Timers may fire up to a millisecond early.
    if (idle < ms - 1) {
      this.#timer = setTimeout(this.#look, Math.max(1, ms - idle));
      return;
    }
    const { call, driver, applied } = this.#options;
    this.#expired = new StorageError({
      code: 'TIMEOUT',
      op: call.op,
      driver,
      key: call.key,
      applied,
      message: `${call.op}${call.key === undefined ? '' : ` of ${call.key}`} got no answer for ${ms} ms`,
    });
    this.#fail(this.#expired);
    this.#controller.abort(this.#expired);
  };
}
