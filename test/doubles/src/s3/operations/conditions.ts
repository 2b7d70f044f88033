import { S3Fault, noSuchKey, notImplemented, preconditionFailed } from '../errors.ts';
import type { ObjectVersion } from '../model/version.ts';
import { headerOf } from './call.ts';
import type { Call, ObjectCall } from './call.ts';

/** Whether a list of ETags, quoted or not, has this one. */
export function etagMatches(list: string, etag: string): boolean {
  return list.split(',').some((item) => {
    const tag = item.trim();
    return tag === '*' || unquote(tag) === etag;
  });
}

export function unquote(tag: string): string {
  return tag.replace(/^(?:W\/)?"(.*)"$/, '$1');
}

/**
 * Conditions on what is read.
 * @param prefix of the headers' names: empty, or `x-amz-copy-source-`
 * @returns the one that does not hold, by its name
 */
export function failedReadCondition(
  call: Call,
  version: ObjectVersion,
  prefix = '',
): string | undefined {
  const value = (name: string): string | undefined => headerOf(call, `${prefix}${name}`);
  const secondsMs = Math.floor(version.modifiedMs / 1000) * 1000;
  const match = value('if-match');
  const unmodified = Date.parse(value('if-unmodified-since') ?? '');
  if (match === undefined ? secondsMs > unmodified : !etagMatches(match, version.etag)) {
    return `${prefix}${match === undefined ? 'If-Unmodified-Since' : 'If-Match'}`;
  }
  const noneMatch = value('if-none-match');
  const modified = Date.parse(value('if-modified-since') ?? '');
  if (noneMatch === undefined) {
    // A time that is still to come is no condition.
    const unchanged = secondsMs <= modified && modified <= call.nowMs;
    return unchanged ? `${prefix}If-Modified-Since` : undefined;
  }
  return etagMatches(noneMatch, version.etag) ? `${prefix}If-None-Match` : undefined;
}

/** @throws NotModified or PreconditionFailed */
export function checkReadConditions(
  call: Call,
  version: ObjectVersion,
  headers: Readonly<Record<string, string>>,
): void {
  const failed = failedReadCondition(call, version);
  if (failed === undefined) return;
  if (failed === 'If-None-Match' || failed === 'If-Modified-Since') {
    throw new S3Fault('NotModified', { headers });
  }
  throw preconditionFailed(failed);
}

/**
 * Conditions on what a write replaces.
 * @throws PreconditionFailed; NoSuchKey when there is nothing that could match; NotImplemented for
 * conditions that S3 does not take
 */
export function checkWriteConditions(call: ObjectCall): void {
  const match = headerOf(call, 'if-match');
  const noneMatch = headerOf(call, 'if-none-match');
  if (match === undefined && noneMatch === undefined) return;
  if (call.bucket.has('no-conditional-writes')) {
    throw notImplemented(match === undefined ? 'If-None-Match' : 'If-Match');
  }
  if (match !== undefined && noneMatch !== undefined) {
    throw notImplemented(
      'If-Match,If-None-Match',
      'Multiple conditional request headers present in the request',
    );
  }
  const current = call.bucket.current(call.key);
  if (noneMatch !== undefined) {
    if (noneMatch !== '*') throw unacceptable('If-None-Match');
    if (current !== undefined) throw preconditionFailed('If-None-Match');
    return;
  }
  if (match === '*') throw unacceptable('If-Match');
  if (current === undefined) throw noSuchKey(call.key);
  if (!etagMatches(match ?? '', current.etag)) throw preconditionFailed('If-Match');
}

function unacceptable(name: string): S3Fault {
  return notImplemented(name, `We don't accept the provided value of ${name} header for this API`);
}
