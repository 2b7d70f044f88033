import { invalidArgument, invalidRequest } from '../errors.ts';
import { encodeName } from '../wire/url-encode.ts';
import { parameter } from './call.ts';
import type { BucketCall } from './call.ts';

/** What all listings take. */
export interface ListParameters {
  readonly prefix: string;
  readonly delimiter: string;
  /** As answers show it: what was asked for, but no more than the bucket's limit. */
  readonly maximum: number;
  readonly encoding: string | undefined;
  /** Writes a name as the encoding has it. */
  readonly encode: (name: string) => string;
}

/** @param maximumName `max-keys` or what stands in its place */
export function listParameters(call: BucketCall, maximumName: string): ListParameters {
  const encoding = parameter(call, 'encoding-type');
  if (encoding !== undefined && encoding !== 'url') {
    throw invalidArgument(
      'encoding-type',
      encoding,
      'Invalid Encoding Method specified in Request',
    );
  }
  const prefix = parameter(call, 'prefix') ?? '';
  const delimiter = parameter(call, 'delimiter') ?? '';
  if (call.bucket.isDirectory) checkDirectory(prefix, delimiter);
  return {
    prefix,
    delimiter,
    maximum: limitOf(call, maximumName),
    encoding,
    encode: encoding === undefined ? (name) => name : encodeName,
  };
}

/** How many entries a page may have. */
export function limitOf(call: BucketCall, name: string): number {
  return Math.min(maximum(call, name), call.bucket.pageLimit);
}

function maximum(call: BucketCall, name: string): number {
  const text = parameter(call, name);
  if (text === undefined || text === '') return 1000;
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || value > 2_147_483_647 || value < -2_147_483_648) {
    throw invalidArgument(name, text, `Provided ${name} not an integer or within integer range`);
  }
  if (value < 0) {
    throw invalidArgument(
      name,
      text,
      `Argument ${name} must be an integer between 0 and 2147483647`,
    );
  }
  return value;
}

function checkDirectory(prefix: string, delimiter: string): void {
  if (delimiter !== '' && delimiter !== '/') {
    throw invalidArgument('delimiter', delimiter, 'Only / is supported as a delimiter');
  }
  if (prefix !== '' && !prefix.endsWith('/')) {
    throw invalidRequest(
      'This bucket does not support a prefix that does not end in a delimiter. Specify a prefix path ending with a delimiter and try again.',
    );
  }
}
