import { styleFor, type Style } from './style.ts';
import { columnsOf } from './wrap.ts';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
export const LOG_LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

type Write = (chunk: string | Uint8Array) => boolean;

/** Where a command's words go: data to stdout, messages to stderr, each only as loud as asked. */
export class Output {
  readonly out: Style;
  readonly err: Style;
  level: LogLevel = 'info';
  readonly #stdout: Write;
  #aboveBar: ((text: string) => void) | undefined;

  constructor(env: NodeJS.ProcessEnv, argv: readonly string[], stdout: Write) {
    this.out = styleFor(process.stdout, env, argv);
    this.err = styleFor(process.stderr, env, argv);
    this.#stdout = stdout;
  }

  /** Width for prose on stdout and on stderr. */
  get columns(): number {
    return columnsOf(process.stdout);
  }

  get errColumns(): number {
    return columnsOf(process.stderr);
  }

  /** A line of the command's result. */
  data(text = ''): void {
    this.#stdout(`${text}\n`);
  }

  /** Bytes of the command's result, as they are; settles when they are handed to the system. */
  bytes(chunk: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const failed = (error: Error) => reject(error);
      process.stdout.once('error', failed);
      // Typed without its callback, which tells when the chunk has been taken.
      (this.#stdout as (chunk: Uint8Array, done: (error?: Error | null) => void) => boolean)(
        chunk,
        (error) => {
          process.stdout.off('error', failed);
          if (error) reject(error);
          else resolve();
        },
      );
    });
  }

  /** A line for whoever looks on. */
  note(text = '', level: LogLevel = 'info'): void {
    if (!this.enabled(level)) return;
    if (this.#aboveBar === undefined) process.stderr.write(`${text}\n`);
    else this.#aboveBar(`${text}\n`);
  }

  warn(text: string): void {
    this.note(`${this.err.yellow('Warning:')} ${text}`, 'warn');
  }

  enabled(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(this.level);
  }

  /** While a progress bar owns the last line, notes go above it. */
  whileBar(print: ((text: string) => void) | undefined): void {
    this.#aboveBar = print;
  }
}
