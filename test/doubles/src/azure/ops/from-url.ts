import type { Answer } from '../wire/answer.ts';
import type { Call } from '../wire/call.ts';
import { Fault, badHeader } from '../wire/fault.ts';
import { stage } from './blocks.ts';
import { md5Of } from './content.ts';
import type { Context } from './context.ts';
import { source } from './copy-source.ts';
import { crc64 } from './crc64.ts';

/** Put Block From URL. */
export function putBlockFromUrl(context: Context): Answer {
  const { call } = context;
  if (call.body.length > 0) throw badHeader('Content-Length', String(call.body.length));
  const from = source(context, 'delegated');
  const bytes = range(call, from.blob.content);
  const md5 = md5Of(bytes);
  const sent = call.headers.get('x-ms-source-content-md5');
  if (sent !== undefined && sent !== md5) throw new Fault('Md5Mismatch');
  stage(context, bytes);
  return {
    status: 201,
    headers: {
      'x-ms-content-crc64': sent === undefined ? crc64(bytes) : undefined,
      'Content-MD5': sent === undefined ? undefined : md5,
      'x-ms-request-server-encrypted': 'true',
    },
  };
}

function range(call: Call, content: Buffer): Buffer {
  const text = call.headers.get('x-ms-source-range');
  if (text === undefined) return content;
  const match = /^bytes=(\d+)-(\d+)$/u.exec(text);
  if (match === null) throw badHeader('x-ms-source-range', text);
  const start = Number(match[1]);
  const end = Number(match[2]);
  if (end < start || end >= content.length) throw new Fault('InvalidRange');
  return content.subarray(start, end + 1);
}
