/** Keeps a plan in memory, to be read, spoiled and applied. */
export class PlanSink {
  #chunks: Uint8Array[] = [];

  /** For `planTo`. */
  readonly stream: WritableStream<Uint8Array> = new WritableStream({
    write: (chunk) => {
      this.#chunks.push(chunk);
    },
  });

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  /** The lines that name an object. */
  get entries(): readonly { readonly kind: string; readonly key: string }[] {
    return this.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { kind?: string; key?: string })
      .flatMap(({ kind, key }) => (kind === undefined || key === undefined ? [] : { kind, key }));
  }

  /** For `applyPlan`. */
  bytes(): AsyncIterable<Uint8Array> {
    return streamOf(this.text);
  }
}

/** Text as a stream of bytes in pieces that care for no line, as files and sockets give them. */
export async function* streamOf(text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += 100) yield bytes.subarray(start, start + 100);
}
