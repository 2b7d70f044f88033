import { objectReply } from '../objects/get.ts';
import { GcsError, invalid, required } from '../errors.ts';
import type { Call, Reply } from '../protocol/call.ts';
import { parseMultipart } from '../protocol/multipart.ts';
import { jsonBody } from '../protocol/parameters.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Service } from '../store/service.ts';
import { uploadRequest } from './request.ts';
import type { UploadRequest } from './request.ts';
import type { ResumableUploads } from './resumable.ts';
import { storeUpload } from './store-upload.ts';

/** `objects.insert`: the bytes at once, with or without metadata, or the beginning of a session. */
export function insertObject(
  service: Service,
  uploads: ResumableUploads,
  bucket: Bucket,
  call: Call,
): Reply {
  const type = call.query.get('uploadType');
  switch (type) {
    case 'media': {
      const request = uploadRequest(call, {}, call.headers['content-type']);
      return objectReply(bucket, storeUpload(service, bucket, request, call.body, call), call);
    }
    case 'multipart': {
      const { request, data } = multipartRequest(call);
      return objectReply(bucket, storeUpload(service, bucket, request, data, call), call);
    }
    case 'resumable':
      return uploads.start(bucket, call);
    case null:
      throw required('uploadType');
    default:
      throw invalid(`Invalid value for uploadType: ${type}`, 'uploadType');
  }
}

function multipartRequest(call: Call): { request: UploadRequest; data: Buffer } {
  const [metadata, media, ...more] = parseMultipart(call.body, call.headers['content-type'] ?? '');
  if (metadata === undefined || media === undefined || more.length > 0) {
    throw new GcsError(400, 'badContent', 'Multipart uploads have two parts: metadata and media.');
  }
  const request = uploadRequest(call, jsonBody(metadata.body), media.headers.get('content-type'));
  return { request, data: media.body };
}
