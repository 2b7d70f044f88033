import { randomUUID } from 'node:crypto';
import type { Answer } from '../wire/answer.ts';
import type { CopyState } from '../state/blob.ts';
import { newBlob } from '../state/new-blob.ts';
import { replace } from '../state/history.ts';
import { checkWriteLease } from '../state/lease.ts';
import { Fault, badHeader } from '../wire/fault.ts';
import { writtenHeaders } from './blob-headers.ts';
import { md5Of, metadataOf } from './content.ts';
import { current } from './context.ts';
import type { Context } from './context.ts';
import { source } from './copy-source.ts';
import { target } from './guard.ts';
import { tagsOf } from './tags.ts';

const largestSync = 256 * 1024 * 1024;

/** Copy Blob, which goes on after the answer, and Copy Blob From URL, which is done with it. */
export function copyBlob(context: Context): Answer {
  const { account, call, now } = context;
  const sync = call.headers.get('x-ms-requires-sync');
  if (sync !== undefined && sync !== 'true' && sync !== 'false')
    throw badHeader('x-ms-requires-sync', sync);
  const { container, name, before } = target(context, 'TargetConditionNotMet');
  const from = source(context, sync === 'true' ? 'delegated' : 'same-account');
  const bytes = from.blob.content;
  if (sync === 'true') {
    if (bytes.length > largestSync) throw new Fault('CopySourceTooLarge');
    if (from.blob.type !== 'BlockBlob') throw new Fault('InvalidBlobType');
    checkMd5(context, bytes);
  }
  const pending = sync !== 'true' && account.pendingCopyAnswers > 0;
  const copy: CopyState = {
    id: randomUUID(),
    source: from.url,
    status: pending ? 'pending' : 'success',
    answersLeft: account.pendingCopyAnswers,
    arriving: bytes,
    completed: pending ? undefined : now,
  };
  const metadata = metadataOf(call);
  const blob = newBlob(account, from.blob.type, pending ? Buffer.alloc(0) : bytes, {
    headers: from.blob.headers,
    metadata: metadata.size > 0 ? metadata : from.blob.metadata,
    tags: tagsOf(call, container.hns),
    blocks: from.blob.blocks,
    tier: call.headers.get('x-ms-access-tier') ?? from.blob.tier,
    copy,
    ...(before === undefined ? {} : { created: before.created, lease: before.lease }),
  });
  replace(account, container, container.obtain(name), blob);
  const written = writtenHeaders(blob);
  return {
    status: 202,
    headers: {
      ...written,
      'x-ms-request-server-encrypted': sync === 'true' ? 'true' : undefined,
      'x-ms-copy-id': copy.id,
      'x-ms-copy-status': copy.status,
      'Content-MD5': sync === 'true' ? md5Of(bytes) : undefined,
    },
  };
}

/** Abort Copy Blob: leaves an empty blob. */
export function abortCopy(context: Context): Answer {
  const { call, now } = context;
  if (call.headers.get('x-ms-copy-action') !== 'abort') {
    throw badHeader('x-ms-copy-action', call.headers.get('x-ms-copy-action'));
  }
  const { blob } = current(context);
  if (blob.copy?.status !== 'pending') throw new Fault('NoPendingCopyOperation');
  if (blob.copy.id !== call.query.get('copyid')) throw new Fault('CopyIdMismatch');
  checkWriteLease(blob.lease, call.headers.get('x-ms-lease-id'), now);
  blob.copy.status = 'aborted';
  blob.copy.completed = now;
  return { status: 204 };
}

function checkMd5({ call }: Context, bytes: Buffer): void {
  const sent = call.headers.get('x-ms-source-content-md5');
  if (sent !== undefined && sent !== md5Of(bytes)) throw new Fault('Md5Mismatch');
}
