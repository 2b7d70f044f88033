import { invalid } from '../errors.ts';
import type { Call } from '../protocol/call.ts';

/** What a request says of the place of its bytes. */
interface ContentRange {
  /** Where its first byte goes. `undefined`: it brings none and asks. */
  readonly offset: number | undefined;
  /** Bytes of the whole object, if it says so. */
  readonly total: number | undefined;
}

/** @throws GcsError 400 when the header is none, or not what the body is */
export function contentRange({ headers, body }: Call): ContentRange {
  const header = headers['content-range'];
  if (header === undefined) return { offset: 0, total: body.length };
  const [, first, last, whole] = /^bytes (?:(\d+)-(\d+|\*)|\*)\/(\d+|\*)$/.exec(header) ?? [];
  if (whole === undefined) throw invalid(`Failed to parse Content-Range header: ${header}`);
  const total = whole === '*' ? undefined : Number(whole);
  if (first === undefined || last === undefined) return { offset: undefined, total };
  // Up to the end of the body, wherever that is; with no total either, it is the end of all.
  if (last === '*') return { offset: Number(first), total: total ?? Number(first) + body.length };
  const length = Number(last) - Number(first) + 1;
  if (length !== body.length) {
    throw invalid(
      `Invalid request.  There were ${body.length} byte(s) in the request body.  There should have been ${length} byte(s) (starting at offset ${first} and ending at offset ${last}) according to the Content-Range header.`,
    );
  }
  return { offset: Number(first), total };
}
