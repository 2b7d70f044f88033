import type { Call } from '../wire/call.ts';
import { Fault, badHeader } from '../wire/fault.ts';

interface Conditioned {
  readonly etag: string;
  readonly modified: number;
}

interface Conditions {
  readonly match: string | undefined;
  readonly noneMatch: string | undefined;
  readonly modifiedSince: number | undefined;
  readonly unmodifiedSince: number | undefined;
}

/** Refuses a read whose conditions do not hold: 304 when the reader has it already, else 412. */
export function checkRead(call: Call, subject: Conditioned): void {
  const conditions = conditionsOf(call, '');
  if (fails(conditions, subject)) throw new Fault('ConditionNotMet');
  if (known(conditions, subject)) throw new Fault('ConditionNotMet', { status: 304 });
}

/** Refuses a write whose conditions do not hold. `subject` is what is there now, if anything is. */
export function checkWrite(call: Call, subject: Conditioned | undefined): void {
  const conditions = conditionsOf(call, '');
  if (conditions.noneMatch === '*' && subject !== undefined) throw new Fault('BlobAlreadyExists');
  if (subject === undefined) {
    if (conditions.match !== undefined) throw new Fault('ConditionNotMet');
    return;
  }
  if (fails(conditions, subject) || known(conditions, subject)) throw new Fault('ConditionNotMet');
}

/** The conditions on the source of a copy: headers that begin with `x-ms-source-`. */
export function checkSource(call: Call, subject: Conditioned): void {
  const conditions = conditionsOf(call, 'x-ms-source-');
  if (fails(conditions, subject) || known(conditions, subject))
    throw new Fault('SourceConditionNotMet');
}

function conditionsOf(call: Call, prefix: string): Conditions {
  if (call.headers.has(`${prefix}if-tags`) || (prefix === '' && call.headers.has('x-ms-if-tags'))) {
    throw badHeader('x-ms-if-tags', call.headers.get('x-ms-if-tags'));
  }
  return {
    match: tag(call, `${prefix}if-match`),
    noneMatch: tag(call, `${prefix}if-none-match`),
    modifiedSince: time(call, `${prefix}if-modified-since`),
    unmodifiedSince: time(call, `${prefix}if-unmodified-since`),
  };
}

function fails({ match, unmodifiedSince }: Conditions, subject: Conditioned): boolean {
  if (match !== undefined && match !== '*' && match !== bare(subject.etag)) return true;
  return unmodifiedSince !== undefined && seconds(subject.modified) > seconds(unmodifiedSince);
}

function known({ noneMatch, modifiedSince }: Conditions, subject: Conditioned): boolean {
  if (noneMatch !== undefined) return noneMatch === '*' || noneMatch === bare(subject.etag);
  return modifiedSince !== undefined && seconds(subject.modified) <= seconds(modifiedSince);
}

/** The service takes etags with and without their quotes: listings show them without. */
function tag(call: Call, name: string): string | undefined {
  const value = call.headers.get(name)?.trim();
  if (value === undefined || value === '') return undefined;
  if (value.includes(',')) throw badHeader(name, value);
  return bare(value);
}

function bare(etag: string): string {
  return etag.startsWith('"') && etag.endsWith('"') ? etag.slice(1, -1) : etag;
}

function time(call: Call, name: string): number | undefined {
  const value = call.headers.get(name);
  if (value === undefined || value === '') return undefined;
  const parsed = Date.parse(value);
  if (Number.isNaN(parsed)) throw badHeader(name, value);
  return parsed;
}

/** Times in headers are whole seconds. */
function seconds(time: number): number {
  return Math.floor(time / 1000);
}
