import type { IncomingHttpHeaders } from 'node:http';
import type { ProxiedRequest } from './request.ts';

/** An answer that no store gave. */
export interface Answer {
  readonly status: number;
  /** `content-length` is worked out. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Left out of answers that have none, such as those to HEAD. Default: empty. */
  readonly body?: string | Uint8Array;
}

/** What the store answered, and to what. */
export interface StoreAnswer {
  readonly request: ProxiedRequest;
  readonly requestBody: Buffer;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Without its content coding. */
  readonly body: Buffer;
}

/** Makes another answer of the store's: a body, or what else is to change. */
export type Rewrite = (answer: StoreAnswer) => Rewritten | string | Uint8Array;

/** What is to change about an answer. */
export interface Rewritten {
  readonly status?: number;
  /** To set; to take out, where `undefined`. Names in lower case. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Uint8Array;
}

/** Where a body is cut: after so many bytes, or after a share of it, from 0 to 1. */
export type Cut = { readonly bytes: number } | { readonly share: number };

/**
 * How a body that is cut ends. The first three keep its length: the connection is closed early, is reset,
 * or nothing more comes. `well-formed`: as if that were all, by a chunked end and without a length, so
 * that only its content tells.
 */
export type CutEnd = 'close' | 'reset' | 'stall' | 'well-formed';

/** What goes wrong with a request. `name` is what the log calls it. */
export type Fault = { readonly name: string } & (
  | {
      readonly kind: 'answer';
      readonly answer: Answer | ((request: ProxiedRequest, body: Buffer) => Answer);
    }
  | { readonly kind: 'reset'; readonly store: 'untouched' | 'done' }
  | { readonly kind: 'hang'; readonly store: 'untouched' | 'done' }
  | { readonly kind: 'delay'; readonly ms: number; readonly next: Fault | undefined }
  | { readonly kind: 'cut'; readonly at: Cut; readonly end: CutEnd }
  | { readonly kind: 'rewrite'; readonly rewrite: Rewrite }
  | { readonly kind: 'spoil-upload' }
);

/** Answers in the store's place, which never sees the request. */
export function answer(
  given: Answer | ((request: ProxiedRequest, body: Buffer) => Answer),
  name = typeof given === 'function' ? 'answer' : `answer ${given.status}`,
): Fault {
  return { kind: 'answer', name, answer: given };
}

/** Resets the connection before the store sees the request. */
export function reset(): Fault {
  return { kind: 'reset', name: 'reset', store: 'untouched' };
}

/** Resets the connection once the store has done what was asked: the answer is lost. */
export function loseAnswer(): Fault {
  return { kind: 'reset', name: 'loseAnswer', store: 'done' };
}

/** Never answers. The store has not seen the request, or has done what it asks. */
export function hang(store: 'untouched' | 'done' = 'untouched'): Fault {
  return { kind: 'hang', name: 'hang', store };
}

/** Waits for `ms` milliseconds before the request goes to the store, or to the `next` fault. */
export function delay(ms: number, next?: Fault): Fault {
  return { kind: 'delay', name: next === undefined ? 'delay' : `delay, ${next.name}`, ms, next };
}

/** Cuts the body of the store's answer. Default: the connection is closed early. */
export function truncate(at: Cut, end: CutEnd = 'close'): Fault {
  return { kind: 'cut', name: `truncate, ${end}`, at, end };
}

/** Changes the store's answer. Its body is held in memory; its length is put right. */
export function rewrite(change: Rewrite, name = 'rewrite'): Fault {
  return { kind: 'rewrite', name, rewrite: change };
}

/** Status and headers of the store's answer, without its body. */
export function emptyBody(): Fault {
  return rewrite(() => Buffer.alloc(0), 'emptyBody');
}

/** Flips one bit of the answer's body, at a share of its length from 0 to 1. */
export function flipBit(share = 0.5): Fault {
  return rewrite(({ body }) => {
    const flipped = Buffer.from(body);
    const at = Math.min(flipped.length - 1, Math.floor(flipped.length * share));
    if (at >= 0) flipped[at] = (flipped[at] ?? 0) ^ 1;
    return flipped;
  }, 'flipBit');
}

/** Flips one bit of the body on its way to the store, which a checksum should give away. */
export function spoilUpload(): Fault {
  return { kind: 'spoil-upload', name: 'spoilUpload' };
}
