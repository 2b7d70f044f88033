/** Takes a plan as `planTo` and gives it back as text. */
export class PlanText {
  readonly #chunks: Uint8Array[] = [];
  state: 'open' | 'closed' | 'aborted' = 'open';

  readonly stream: WritableStream<Uint8Array> = new WritableStream<Uint8Array>({
    write: (chunk) => {
      this.#chunks.push(chunk);
    },
    close: () => {
      this.state = 'closed';
    },
    abort: () => {
      this.state = 'aborted';
    },
  });

  get bytes(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }

  get text(): string {
    return Buffer.from(this.bytes).toString();
  }

  /** The plan's lines as objects, header and footer included. */
  get lines(): Record<string, unknown>[] {
    return this.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}

/** Content in pieces that don't care for lines. */
export async function* pieces(content: Uint8Array | string, size = 61): AsyncGenerator<Uint8Array> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
