/** What every verb takes. */
export interface OpOptions {
  /** Cancels the operation, down to the socket or file; it then fails with `ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}
