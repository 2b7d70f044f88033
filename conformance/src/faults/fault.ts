import { StorageError, type Applied, type ErrorCode, type Retry } from '@dunnage/driver-api';

/** What a driver is asked, one item at a time: each page of a listing and each request of a bulk verb counts. */
export interface Call {
  /** From 1, in the order in which the calls came. */
  readonly number: number;
  readonly verb: FaultVerb;
  /** Key or prefix. */
  readonly key?: string;
}

export type FaultVerb =
  | 'capabilities'
  | 'stat'
  | 'get'
  | 'put'
  | 'list'
  | 'delete'
  | 'now'
  | 'children'
  | 'bulk-stat'
  | 'bulk-read'
  | 'copy'
  | 'move'
  | 'prune';

/** What goes wrong with a call. */
export type Fault =
  /** The process ends before this call: it and all later ones fail with `CLOSED`, without an effect. */
  | { readonly kind: 'kill' }
  /**
   * The call fails with `code`: before it had an effect, or after it (the answer is lost, so the error says
   * `applied: 'unknown'`; a `get` fails in the middle of its body). A `delete` fails by its outcome, or
   * with `whole` by throwing out of the batch.
   */
  | {
      readonly kind: 'fail';
      readonly code: ErrorCode;
      readonly when: 'before' | 'after';
      readonly whole?: boolean;
      /** What the error says of trying again; default: what its code means. */
      readonly retry?: Retry;
    }
  /** Listings: half of the page comes, and then the listing ends without saying that it is complete. */
  | { readonly kind: 'cut' }
  /** Listings: the page comes again under the same cursor, once or for ever. */
  | { readonly kind: 'repeat'; readonly times: 'once' | 'forever' }
  /** Something else happens just before the call: another client writes or deletes. */
  | { readonly kind: 'meanwhile'; readonly run: () => Promise<void> };

/** Decides for each call whether something goes wrong with it. */
export type Decide = (call: Call) => Fault | undefined;

/** The error of an injected fault. */
export function injected(
  { code, retry }: { readonly code: ErrorCode; readonly retry?: Retry | undefined },
  call: Call,
  applied: Applied = 'no',
): StorageError {
  return new StorageError({
    code,
    retry,
    op: call.verb,
    driver: 'faults',
    key: call.key,
    applied,
    message: `injected ${code} at call ${call.number} (${call.verb} ${call.key ?? ''})`,
  });
}

/** At every call, the same. */
export function always(fault: Fault): Decide {
  return () => fault;
}

/** At call `number`, once. */
export function at(number: number, fault: Fault): Decide {
  return (call) => (call.number === number ? fault : undefined);
}

/** At the first `times` calls (default: all) of `verb` for this key, or for keys that match. */
export function on(verb: FaultVerb, key: string | RegExp, fault: Fault, times = Infinity): Decide {
  let left = times;
  const isMeant = (of = ''): boolean => (typeof key === 'string' ? of === key : key.test(of));
  return (call) => {
    if (call.verb !== verb || !isMeant(call.key) || left <= 0) return undefined;
    left--;
    return fault;
  };
}

/** The first of `rules` that has a fault for the call. */
export function firstOf(...rules: readonly Decide[]): Decide {
  return (call) => {
    for (const rule of rules) {
      const fault = rule(call);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}
