type Read = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']>>;

/** What {@link relayBody} does differently from the stream that it relays. */
export interface BodyRelay {
  /** The next chunk: calls `next` for it, once or as often as it likes. */
  read(next: () => Promise<Read>): Promise<Read>;
  /** Called once: after the last chunk, an error, or a cancellation. */
  done(): void;
}

/** `body` seen through `relay`: nothing is read ahead, and cancelling reaches the original. */
export function relayBody(
  body: ReadableStream<Uint8Array>,
  relay: BodyRelay,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const next = (): Promise<Read> => reader.read();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await relay.read(next);
          if (!done) return controller.enqueue(value);
          controller.close();
        } catch (error) {
          // The original may still be open, as after a timeout: let go of its socket, but don't wait for it.
          reader.cancel(error).catch(() => {});
          relay.done();
          throw error;
        }
        relay.done();
      },
      async cancel(reason) {
        relay.done();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
