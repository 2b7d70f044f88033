import { Buffer } from 'node:buffer';

/** Lines are gathered to pieces of this size before they are handed on. */
const PIECE_BYTES = 64 << 10;

/** Writes lines to a stream, or nowhere, with back-pressure. */
export class LineWriter {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #pending = '';

  constructor(stream: WritableStream<Uint8Array> | undefined) {
    this.#writer = stream?.getWriter();
  }

  /** False where nobody reads what is written. */
  get isRead(): boolean {
    return this.#writer !== undefined;
  }

  async write(line: string): Promise<void> {
    if (this.#writer === undefined) return;
    this.#pending += line;
    if (this.#pending.length >= PIECE_BYTES) await this.#flush(this.#writer);
  }

  async close(): Promise<void> {
    if (this.#writer === undefined) return;
    await this.#flush(this.#writer);
    await this.#writer.close();
  }

  /** Tells the stream that what it got is not whole. */
  async abort(reason: unknown): Promise<void> {
    try {
      await this.#writer?.abort(reason);
    } catch {
      // The reason that matters is the one given.
    }
  }

  async #flush(writer: WritableStreamDefaultWriter<Uint8Array>): Promise<void> {
    const piece = Buffer.from(this.#pending);
    this.#pending = '';
    await writer.ready;
    await writer.write(piece);
  }
}
