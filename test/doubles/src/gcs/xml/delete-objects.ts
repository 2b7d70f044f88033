import { GcsError, objectMissing } from '../errors.ts';
import { dispose } from '../objects/delete.ts';
import type { Call } from '../protocol/call.ts';
import type { Bucket } from '../store/bucket.ts';
import { md5 } from '../store/checksums.ts';
import type { Service } from '../store/service.ts';
import { element, elementsOf, textOf } from './document.ts';

const MAX_OBJECTS = 1000;

/** What is to be deleted: the live generation, or the one that is named. */
interface Target {
  readonly key: string;
  readonly version: string | undefined;
}

/**
 * `POST /BUCKET?delete`: deletes up to 1,000 objects, each with an outcome of its own.
 * @returns the answer's XML
 * @throws GcsError 400 when the request as a whole is not fit
 */
export function deleteObjects(service: Service, bucket: Bucket, call: Call): string {
  service.access.require('storage.objects.delete');
  const stated = call.headers['content-md5'];
  if (stated !== undefined && stated !== md5(call.body)) {
    throw unfit('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const xml = call.body.toString();
  const quiet = /^true$/i.test(textOf(xml, 'Quiet') ?? '');
  const outcomes = targetsIn(xml).map((target) => deleteOne(bucket, target, quiet));
  const namespace = 'http://doc.s3.amazonaws.com/2006-03-01';
  return `<DeleteResult xmlns='${namespace}'>${outcomes.join('')}</DeleteResult>`;
}

function targetsIn(xml: string): Target[] {
  const [document = ''] = elementsOf(xml, 'Delete');
  const targets = elementsOf(document, 'Object').map((object): Target => {
    const key = textOf(object, 'Key');
    if (key === undefined) throw malformed();
    return { key, version: textOf(object, 'VersionId') };
  });
  if (targets.length === 0 || targets.length > MAX_OBJECTS) throw malformed();
  return targets;
}

function deleteOne(bucket: Bucket, { key, version }: Target, quiet: boolean): string {
  const named = element('Key', key) + (version === undefined ? '' : element('VersionId', version));
  try {
    const object = version === undefined ? bucket.live(key) : bucket.find(key, version);
    if (object === undefined) throw objectMissing(bucket.name, key);
    dispose(bucket, object, version === undefined ? 'live' : 'generation');
    return quiet ? '' : `<Deleted>${named}</Deleted>`;
  } catch (error) {
    if (!(error instanceof GcsError)) throw error;
    const { code, message } = error.xml;
    return `<Error>${named}${element('Code', code)}${element('Message', message)}</Error>`;
  }
}

function malformed(): GcsError {
  return unfit(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema.',
  );
}

function unfit(code: string, message: string): GcsError {
  return new GcsError(400, 'invalid', message, { xml: { code, message } });
}
