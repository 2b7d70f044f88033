import type { Call } from '../wire/call.ts';
import { Fault, badHeader } from '../wire/fault.ts';

interface Conditioned {
  readonly etag: string;
  readonly modified: number;
}

interface Conditions {
  readonly match: readonly string[] | undefined;
  readonly noneMatch: readonly string[] | undefined;
  readonly modifiedSince: number | undefined;
  readonly unmodifiedSince: number | undefined;
}

/** Refuses a read whose conditions do not hold: 304 when the reader has it already, else 412. */
export function checkRead(call: Call, subject: Conditioned): void {
  const conditions = conditionsOf(call, '');
  if (conditions.noneMatch?.includes('*') === true) throw new Fault('UnsatisfiableCondition');
  const held = evaluate(conditions, subject);
  if (held.match === false || held.unmodifiedSince === false) throw new Fault('ConditionNotMet');
  // One of these two is enough.
  const since = [held.noneMatch, held.modifiedSince].filter((each) => each !== undefined);
  if (since.length > 0 && !since.includes(true))
    throw new Fault('ConditionNotMet', { status: 304 });
}

/**
 * Refuses a write whose condition does not hold. `subject` is what is there now, if anything is. With
 * `creates`, `If-None-Match: *` asks for nothing to be there; other writes, deletes among them, don't heed it.
 */
export function checkWrite(
  call: Call,
  subject: Conditioned | undefined,
  { creates = false, code = 'ConditionNotMet' }: WriteOptions = {},
): void {
  const conditions = conditionsOf(call, '');
  checkCombination(conditions);
  if (conditions.noneMatch?.[0] === '*') {
    if (creates && subject !== undefined) throw new Fault('BlobAlreadyExists');
    return;
  }
  if (subject === undefined) {
    if (conditions.match !== undefined) throw new Fault('ConditionNotMet');
    return;
  }
  const held = evaluate(conditions, subject);
  // Etags go before times.
  const decisive = held.noneMatch ?? held.match ?? held.modifiedSince ?? held.unmodifiedSince;
  if (decisive === false) throw new Fault(code);
}

interface WriteOptions {
  readonly creates?: boolean;
  readonly code?: 'ConditionNotMet' | 'TargetConditionNotMet';
}

/** The conditions on the source of a copy: headers that begin with `x-ms-source-`. */
export function checkSource(call: Call, subject: Conditioned): void {
  const held = evaluate(conditionsOf(call, 'x-ms-source-'), subject);
  if (Object.values(held).includes(false)) throw new Fault('SourceConditionNotMet');
}

type Held = { readonly [name in keyof Conditions]: boolean | undefined };

/** Which conditions hold; undefined for those that were not made. */
function evaluate(conditions: Conditions, { etag, modified }: Conditioned): Held {
  const { match, noneMatch, modifiedSince, unmodifiedSince } = conditions;
  const is = (tags: readonly string[]): boolean => tags.includes('*') || tags.includes(bare(etag));
  return {
    match: match === undefined ? undefined : is(match),
    noneMatch: noneMatch === undefined ? undefined : !is(noneMatch),
    modifiedSince: modifiedSince === undefined ? undefined : seconds(modified) > modifiedSince,
    unmodifiedSince:
      unmodifiedSince === undefined ? undefined : seconds(modified) <= unmodifiedSince,
  };
}

/** Writes take one etag, and no more than the pairs that HTTP once allowed. */
function checkCombination({ match, noneMatch, modifiedSince, unmodifiedSince }: Conditions): void {
  const tooMany = (match?.length ?? 0) > 1 || (noneMatch?.length ?? 0) > 1;
  const positive = match !== undefined || unmodifiedSince !== undefined;
  const negative = noneMatch !== undefined || modifiedSince !== undefined;
  if (tooMany || (positive && negative)) throw new Fault('MultipleConditionHeadersNotSupported');
}

function conditionsOf(call: Call, prefix: string): Conditions {
  for (const name of ['x-ms-if-tags', 'x-ms-source-if-tags']) {
    if (call.headers.has(name)) throw badHeader(name, call.headers.get(name));
  }
  return {
    match: tags(call, `${prefix}if-match`),
    noneMatch: tags(call, `${prefix}if-none-match`),
    modifiedSince: time(call, `${prefix}if-modified-since`),
    unmodifiedSince: time(call, `${prefix}if-unmodified-since`),
  };
}

/** The service takes etags with and without their quotes: listings show them without. */
function tags(call: Call, name: string): string[] | undefined {
  const value = call.headers.get(name)?.trim();
  if (value === undefined || value === '') return undefined;
  return value.split(',').map((tag) => bare(tag.trim()));
}

function bare(etag: string): string {
  return etag.startsWith('"') && etag.endsWith('"') ? etag.slice(1, -1) : etag;
}

/** Whole seconds since 1970. */
function time(call: Call, name: string): number | undefined {
  const value = call.headers.get(name);
  if (value === undefined || value === '') return undefined;
  const parsed = Date.parse(value);
  if (Number.isNaN(parsed)) throw badHeader(name, value);
  return seconds(parsed);
}

/** Times in headers are whole seconds. */
function seconds(time: number): number {
  return Math.floor(time / 1000);
}
