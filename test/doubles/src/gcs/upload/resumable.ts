import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { GcsError, invalid } from '../errors.ts';
import { objectReply } from '../objects/get.ts';
import { checkPreconditions } from '../objects/preconditions.ts';
import type { Call, Reply } from '../protocol/call.ts';
import { jsonBody } from '../protocol/parameters.ts';
import { emptyReply } from '../protocol/reply.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Generation } from '../store/generation.ts';
import type { Service } from '../store/service.ts';
import { contentRange } from './content-range.ts';
import { uploadRequest } from './request.ts';
import type { UploadRequest } from './request.ts';
import { storeUpload } from './store-upload.ts';

/** All chunks but the last are kept in multiples of this many bytes. */
const CHUNK = 256 * 1024;

interface Session {
  readonly bucket: Bucket;
  readonly request: UploadRequest;
  /** The call that began it, with the preconditions. */
  readonly begun: Call;
  /** The length that was announced, if any. */
  readonly announced: number | undefined;
  data: Buffer;
  state: 'open' | 'cancelled' | Generation;
}

/** Resumable uploads, from their beginning to the object or their end. */
export class ResumableUploads {
  readonly #service: Service;
  readonly #sessions = new Map<string, Session>();

  constructor(service: Service) {
    this.#service = service;
  }

  /** Begins a session; the answer says where its bytes go. */
  start(bucket: Bucket, call: Call): Reply {
    const mediaType = call.headers['x-upload-content-type']?.toString();
    const request = uploadRequest(call, jsonBody(call.body), mediaType);
    checkPreconditions(call, bucket.live(request.name));
    const id = randomUUID();
    const announced = call.headers['x-upload-content-length']?.toString();
    this.#sessions.set(id, {
      bucket,
      request,
      begun: call,
      announced: announced === undefined ? undefined : Number(announced),
      data: Buffer.alloc(0),
      state: 'open',
    });
    const query = new URLSearchParams({ uploadType: 'resumable', upload_id: id });
    const path = `/upload/storage/v1/b/${encodeURIComponent(bucket.name)}/o`;
    return emptyReply(200, {
      location: `${call.base}${path}?${query.toString()}`,
      'x-guploader-uploadid': id,
    });
  }

  /** Takes a chunk, the last one or a question for how far it is. */
  put(call: Call): Reply {
    const session = this.#session(call);
    if (session.state === 'cancelled') return cancelled();
    if (session.state !== 'open') return objectReply(session.bucket, session.state, session.begun);
    const range = contentRange(call);
    if (range.total !== undefined) checkTotal(session, range.total);
    if (range.offset === undefined) {
      // A question; when all bytes are there it ends the upload as well.
      return range.total === session.data.length
        ? this.#finish(session, call)
        : progress(session, call);
    }
    const persisted = session.data.length;
    if (range.offset > persisted) {
      // The one answer that is no JSON.
      const message = `Invalid request.  According to the Content-Range header, the upload offset is ${range.offset} byte(s), which exceeds already uploaded size of ${persisted} byte(s).`;
      throw new GcsError(503, 'backendError', message, { plain: true });
    }
    const data = Buffer.concat([session.data, call.body.subarray(persisted - range.offset)]);
    if (range.total === data.length) {
      session.data = data;
      return this.#finish(session, call);
    }
    if (call.body.length < CHUNK) {
      throw invalid(
        `Invalid request.  The number of bytes uploaded is required to be equal or greater than ${CHUNK}, except for the final request (it's recommended to be the exact multiple of ${CHUNK}).  The received request contained ${call.body.length} bytes, which does not meet this requirement.`,
      );
    }
    session.data = data.subarray(0, data.length - (data.length % CHUNK));
    return progress(session, call);
  }

  /** Gives a session up. 499 says that it worked. */
  cancel(call: Call): Reply {
    const session = this.#session(call);
    if (typeof session.state === 'string') session.state = 'cancelled';
    session.data = Buffer.alloc(0);
    return cancelled();
  }

  #session(call: Call): Session {
    const session = this.#sessions.get(call.query.get('upload_id') ?? '');
    if (session === undefined) throw new GcsError(404, 'notFound', 'Not Found');
    return session;
  }

  #finish(session: Session, call: Call): Reply {
    const { bucket, request, begun } = session;
    // The preconditions are those of the beginning, and hold or don't when the object is made.
    const asked = { ...begun, headers: call.headers };
    session.state = storeUpload(this.#service, bucket, request, session.data, asked);
    return objectReply(bucket, session.state, begun);
  }
}

function checkTotal(session: Session, total: number): void {
  const { announced } = session;
  if (announced === undefined || announced === total) return;
  throw invalid(
    `Invalid request.  The total of ${total} byte(s) is not the X-Upload-Content-Length of ${announced} byte(s).`,
  );
}

/** 308: which bytes are safe. Some clients can't have a 308 and ask for a 200 that says so. */
function progress({ data }: Session, call: Call): Reply {
  const headers = data.length === 0 ? {} : { range: `bytes=0-${data.length - 1}` };
  return call.headers['x-guploader-no-308'] === 'yes'
    ? emptyReply(200, { ...headers, 'x-http-status-code-override': '308' })
    : emptyReply(308, headers);
}

function cancelled(): Reply {
  return emptyReply(499);
}
