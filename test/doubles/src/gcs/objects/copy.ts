import { GcsError } from '../errors.ts';
import type { Call, Reply } from '../protocol/call.ts';
import { jsonBody } from '../protocol/parameters.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Generation, ObjectFacts } from '../store/generation.ts';
import type { Draft, Service } from '../store/service.ts';
import { factsIn } from './facts.ts';
import { findObject } from './find.ts';
import { objectReply } from './get.ts';
import { checkPreconditions } from './preconditions.ts';
import { writeObject } from './write.ts';

/** Where something is copied to. */
export interface Destination {
  readonly bucket: Bucket;
  readonly name: string;
}

/** `objects.copy`: all at once, or not at all. */
export function copyObject(
  service: Service,
  bucket: Bucket,
  name: string,
  to: Destination,
  call: Call,
): Reply {
  const source = copySource(bucket, name, call);
  if (source.data.length > service.rewriteBytesPerCall) {
    const message =
      'Copy spanning locations and/or storage classes could not complete within 30 seconds. Please use the Rewrite method (https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite) instead.';
    throw new GcsError(413, 'uploadTooLarge', message);
  }
  const copy = writeObject(service, to.bucket, to.name, copyDraft(source, call), call);
  return objectReply(to.bucket, copy, call);
}

/** The generation to copy. @throws GcsError 404, 412 */
export function copySource(bucket: Bucket, name: string, call: Call): Generation {
  const source = findObject(bucket, name, call, 'sourceGeneration');
  checkPreconditions(call, source, 'ifSource');
  return source;
}

/** What a copy is made of: metadata in the body stands for all of the source's. */
export function copyDraft(source: Generation, call: Call): Draft {
  const body = jsonBody(call.body);
  const facts = Object.keys(body).length === 0 ? copiedFacts(source) : factsIn(body);
  const { data, componentCount } = source;
  return { data, facts, ...(componentCount === undefined ? {} : { componentCount }) };
}

const KEEPS = new Set(['temporaryHold', 'eventBasedHold', 'retention']);

/** A source's facts without what keeps it from being deleted, which no copy takes over. */
function copiedFacts({ facts }: Generation): ObjectFacts {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !KEEPS.has(name)));
}
