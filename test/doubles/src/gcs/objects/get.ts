import { invalid } from '../errors.ts';
import type { Call, Reply } from '../protocol/call.ts';
import { selectFields } from '../protocol/fields.ts';
import { flag } from '../protocol/parameters.ts';
import { jsonReply } from '../protocol/reply.ts';
import { OBJECT } from '../protocol/schemas.ts';
import type { Bucket } from '../store/bucket.ts';
import { etagOf } from '../store/generation.ts';
import type { Generation } from '../store/generation.ts';
import { findReadable } from './find.ts';
import { downloadObject } from './media.ts';
import { checkPreconditions } from './preconditions.ts';
import { objectResource } from './resource.ts';

/** `objects.get`: metadata, or with `alt=media` the bytes. */
export function getObject(bucket: Bucket, name: string, call: Call): Reply {
  const alt = call.query.get('alt') ?? 'json';
  if (alt !== 'json' && alt !== 'media') throw invalid(`Invalid value for alt: ${alt}`, 'alt');
  if (alt === 'media' && flag(call, 'softDeleted')) {
    throw invalid('Soft-deleted objects cannot be read.', 'softDeleted');
  }
  const object = findReadable(bucket, name, call);
  checkPreconditions(call, object);
  return alt === 'media' ? downloadObject(object, call) : objectReply(bucket, object, call);
}

/** The metadata of an object, as every call that makes or changes one answers. */
export function objectReply(bucket: Bucket, object: Generation, call: Call): Reply {
  const resource = objectResource(bucket, object, call.base);
  const selected = selectFields(resource, call.query.get('fields'), OBJECT);
  return jsonReply(selected, 200, { etag: etagOf(object) });
}
