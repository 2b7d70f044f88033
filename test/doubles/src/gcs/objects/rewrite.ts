import { randomUUID } from 'node:crypto';
import { GcsError, invalid } from '../errors.ts';
import type { Call, Reply } from '../protocol/call.ts';
import { selectFields } from '../protocol/fields.ts';
import { int64 } from '../protocol/parameters.ts';
import { jsonReply } from '../protocol/reply.ts';
import { REWRITE } from '../protocol/schemas.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Service } from '../store/service.ts';
import { copyDraft, copySource } from './copy.ts';
import type { Destination } from './copy.ts';
import { objectResource } from './resource.ts';
import { checkWrite, writeObject } from './write.ts';

const MEBIBYTE = 1024 * 1024;

/** Copies of large objects, call by call. */
export class Rewrites {
  readonly #service: Service;
  /** How far each has come, by its token. A token is good for the call it was made by. */
  readonly #begun = new Map<string, { readonly id: string; readonly done: number }>();

  constructor(service: Service) {
    this.#service = service;
  }

  /** `objects.rewrite` */
  run(bucket: Bucket, name: string, to: Destination, call: Call): Reply {
    const source = copySource(bucket, name, call);
    checkWrite(this.#service, to.bucket, to.name, call);
    const id = JSON.stringify([bucket.name, name, source.generation, to.bucket.name, to.name]);
    const size = source.data.length;
    const done = Math.min(this.#before(id, call) + this.#bytesPerCall(call), size);
    const progress = {
      kind: 'storage#rewriteResponse',
      totalBytesRewritten: done.toString(),
      objectSize: size.toString(),
    };
    if (done < size) {
      const rewriteToken = randomUUID();
      this.#begun.set(rewriteToken, { id, done });
      return this.#reply({ ...progress, done: false, rewriteToken }, call);
    }
    const copy = writeObject(this.#service, to.bucket, to.name, copyDraft(source, call), call);
    const resource = objectResource(to.bucket, copy, call.base);
    return this.#reply({ ...progress, done: true, resource }, call);
  }

  #before(id: string, call: Call): number {
    const token = call.query.get('rewriteToken');
    if (token === null) return 0;
    const begun = this.#begun.get(token);
    if (begun?.id !== id) throw new GcsError(410, 'gone', 'Rewrite token is no longer available.');
    return begun.done;
  }

  #bytesPerCall(call: Call): number {
    const asked = int64(call, 'maxBytesRewrittenPerCall');
    if (asked === undefined) return this.#service.rewriteBytesPerCall;
    const bytes = Number(asked);
    if (bytes <= 0 || bytes % MEBIBYTE !== 0) {
      throw invalid(
        'maxBytesRewrittenPerCall must be an integral multiple of 1 MiB (1048576).',
        'maxBytesRewrittenPerCall',
      );
    }
    return Math.min(bytes, this.#service.rewriteBytesPerCall);
  }

  #reply(answer: Readonly<Record<string, unknown>>, call: Call): Reply {
    return jsonReply(selectFields(answer, call.query.get('fields'), REWRITE));
  }
}
