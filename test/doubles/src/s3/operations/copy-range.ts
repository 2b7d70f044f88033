import { invalidArgument, invalidRequest } from '../errors.ts';
import { headerOf } from './call.ts';
import type { ObjectCall } from './call.ts';
import type { Range } from './range.ts';

const HEADER = 'x-amz-copy-source-range';

/** Which bytes of its source a part takes; stricter than the range of a read. */
export function parseCopyRange(call: ObjectCall, size: number): Range | undefined {
  const text = headerOf(call, HEADER);
  if (text === undefined) return undefined;
  const [, first, last] = (/^bytes=(\d+)-(\d+)$/.exec(text) ?? []).map(Number);
  if (first === undefined || last === undefined || last < first) {
    throw invalidArgument(
      HEADER,
      text,
      `The ${HEADER} value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy`,
    );
  }
  if (first >= size) {
    throw invalidRequest('The specified copy range is invalid for the source object size');
  }
  if (last >= size) {
    throw invalidArgument(
      HEADER,
      text,
      `Range specified is not valid for source object of size: ${size}`,
    );
  }
  return { first, last };
}
