import type { Answer } from '../wire/answer.ts';
import type { Call } from '../wire/call.ts';
import { Fault, badHeader } from '../wire/fault.ts';
import { replace } from '../state/history.ts';
import { newBlob } from '../state/new-blob.ts';
import { writtenHeaders } from './blob-headers.ts';
import { stage } from './blocks.ts';
import { contentHeaders, md5Of, metadataOf } from './content.ts';
import type { Context } from './context.ts';
import { source } from './copy-source.ts';
import { crc64 } from './crc64.ts';
import { target } from './guard.ts';
import { tagsOf } from './tags.ts';

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

/** Put Blob From URL: a block blob with the bytes of another, and its headers unless it is told to leave them. */
export function putBlobFromUrl(context: Context): Answer {
  const { account, call } = context;
  if (call.body.length > 0) throw badHeader('Content-Length', String(call.body.length));
  const type = call.headers.get('x-ms-blob-type');
  if (type !== 'BlockBlob') throw badHeader('x-ms-blob-type', type);
  const { container, name, before } = target(context);
  const from = source(context, 'delegated');
  const bytes = from.blob.content;
  if (bytes.length > largestBlob) throw new Fault('RequestBodyTooLarge');
  const contentMd5 = md5Of(bytes);
  const sent = call.headers.get('x-ms-source-content-md5');
  if (sent !== undefined && sent !== contentMd5) throw new Fault('Md5Mismatch');
  const own = call.headers.get('x-ms-copy-source-blob-properties') === 'false';
  const blob = newBlob(account, 'BlockBlob', bytes, {
    headers: { ...(own ? contentHeaders(call, false) : from.blob.headers), contentMd5 },
    metadata: metadataOf(call),
    tags: tagsOf(call, container.hns),
    tier: call.headers.get('x-ms-access-tier'),
    ...(before === undefined ? {} : { created: before.created, lease: before.lease }),
  });
  replace(account, container, container.obtain(name), blob);
  return { status: 201, headers: { ...writtenHeaders(blob), 'Content-MD5': contentMd5 } };
}

const largestBlob = 5000 * 1024 * 1024;

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
