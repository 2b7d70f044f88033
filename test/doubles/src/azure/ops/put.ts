import type { Answer } from '../wire/answer.ts';
import { directoryBlob, newBlob } from '../state/new-blob.ts';
import { replace } from '../state/history.ts';
import { Fault, badHeader } from '../wire/fault.ts';
import { writtenHeaders } from './blob-headers.ts';
import { checkBody, checksumHeaders, contentHeaders, metadataOf } from './content.ts';
import type { Context } from './context.ts';
import { target } from './guard.ts';
import { tagsOf } from './tags.ts';

const largestBlock = 5000 * 1024 * 1024;

/** Put Blob, for block and append blobs. */
export function putBlob(context: Context): Answer {
  const { account, call } = context;
  const type = call.headers.get('x-ms-blob-type');
  if (type === undefined) throw missingHeader('x-ms-blob-type');
  if (type !== 'BlockBlob' && type !== 'AppendBlob') throw badHeader('x-ms-blob-type', type);
  if (!call.headers.has('content-length')) throw new Fault('MissingContentLengthHeader');
  if (call.body.length > largestBlock) throw new Fault('RequestBodyTooLarge');
  if (type === 'AppendBlob' && call.body.length > 0) {
    throw badHeader('Content-Length', String(call.body.length));
  }
  const { container, name, before, folder } = target(context);
  const sums = checkBody(call);
  const headers = contentHeaders(call, true);
  if (headers.contentMd5 !== undefined && headers.contentMd5 !== sums.md5 && type === 'BlockBlob') {
    throw new Fault('Md5Mismatch', {
      detail: { UserSpecifiedMd5: headers.contentMd5, ServerCalculatedMd5: sums.md5 },
    });
  }
  const metadata = metadataOf(call);
  const isDirectory = folder || (container.hns && metadata.get('hdi_isfolder') === 'true');
  const blob = isDirectory
    ? directoryBlob(account, metadata)
    : newBlob(account, type, call.body, {
        headers: type === 'BlockBlob' ? { ...headers, contentMd5: sums.md5 } : headers,
        metadata,
        tags: tagsOf(call, container.hns),
        tier: call.headers.get('x-ms-access-tier'),
        ...(before === undefined ? {} : { created: before.created, lease: before.lease }),
      });
  replace(account, container, container.obtain(name), blob);
  const answered =
    type === 'BlockBlob'
      ? {
          'Content-MD5': sums.md5,
          'x-ms-content-crc64': checksumHeaders(call, sums)['x-ms-content-crc64'],
        }
      : {};
  return { status: 201, headers: { ...answered, ...writtenHeaders(blob) } };
}

export function missingHeader(name: string): Fault {
  return new Fault('MissingRequiredHeader', { detail: { HeaderName: name } });
}
