import { S3Fault } from '../errors.ts';

/** Both ends included. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * The one range that is asked for. What is no such range, or several, is ignored, as S3 does.
 * @throws InvalidRange when none of it is there
 */
export function parseRange(text: string, size: number): Range | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(text.trim());
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    if (length === 0) throw unsatisfiable(text, size);
    return { first: size - length, last: size - 1 };
  }
  if (last !== '' && Number(last) < Number(first)) return undefined;
  if (Number(first) >= size) throw unsatisfiable(text, size);
  return { first: Number(first), last: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}

function unsatisfiable(text: string, size: number): S3Fault {
  return new S3Fault('InvalidRange', {
    fields: { RangeRequested: text, ActualObjectSize: String(size) },
    headers: { 'content-range': `bytes */${size}` },
  });
}
