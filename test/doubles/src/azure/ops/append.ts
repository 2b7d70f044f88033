import type { Answer } from '../wire/answer.ts';
import { etagOf } from '../state/ticker.ts';
import { Fault, badHeader } from '../wire/fault.ts';
import type { Call } from '../wire/call.ts';
import { writtenHeaders } from './blob-headers.ts';
import { checkBody, checksumHeaders } from './content.ts';
import { current } from './context.ts';
import type { Context } from './context.ts';
import { guardChange } from './guard.ts';

const largestAppend = 100 * 1024 * 1024;
const mostBlocks = 50_000;

/** Append Block. */
export function appendBlock(context: Context): Answer {
  const { account, call, now } = context;
  if (call.body.length === 0) throw badHeader('Content-Length', '0');
  if (call.body.length > largestAppend) throw new Fault('RequestBodyTooLarge');
  const found = current(context);
  const { blob } = found;
  if (blob.type !== 'AppendBlob') throw new Fault('InvalidBlobType');
  guardChange(context, found);
  const offset = blob.content.length;
  const limit = number(call, 'x-ms-blob-condition-maxsize');
  if (limit !== undefined && offset + call.body.length > limit) {
    throw new Fault('MaxBlobSizeConditionNotMet');
  }
  const position = number(call, 'x-ms-blob-condition-appendpos');
  if (position !== undefined && position !== offset)
    throw new Fault('AppendPositionConditionNotMet');
  if (blob.blocks.length >= mostBlocks) throw new Fault('BlockCountExceedsLimit');
  const sums = checkBody(call);
  blob.content = Buffer.concat([blob.content, call.body]);
  blob.blocks = [...blob.blocks, { id: '', bytes: call.body }];
  blob.etag = etagOf(account.ticker.next());
  blob.modified = now;
  return {
    status: 201,
    headers: {
      ...checksumHeaders(call, sums),
      ...writtenHeaders(blob),
      'x-ms-blob-append-offset': offset,
      'x-ms-blob-committed-block-count': blob.blocks.length,
    },
  };
}

function number(call: Call, name: string): number | undefined {
  const text = call.headers.get(name);
  if (text === undefined) return undefined;
  if (!/^\d+$/u.test(text)) throw badHeader(name, text);
  return Number(text);
}
