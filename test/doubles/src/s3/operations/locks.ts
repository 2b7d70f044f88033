import { S3Fault, invalidArgument, invalidRequest } from '../errors.ts';
import type { ObjectVersion } from '../model/version.ts';
import type { Retention, S3BucketSettings } from '../options.ts';
import type { Answer } from '../wire/answer.ts';
import { childOf, malformed, readXml, textOf } from '../wire/xml-read.ts';
import { branch, document, leaf } from '../wire/xml-write.ts';
import { headerOf } from './call.ts';
import type { BucketCall, ObjectCall } from './call.ts';
import { findObject } from './find.ts';
import { receive } from './receive.ts';

export function getLockConfiguration({ bucket }: BucketCall): Answer {
  if (!bucket.hasLocks) {
    throw new S3Fault('ObjectLockConfigurationNotFoundError', {
      fields: { BucketName: bucket.name },
    });
  }
  const { objectLock } = bucket.settings;
  const rule =
    typeof objectLock === 'object'
      ? branch(
          'Rule',
          branch('DefaultRetention', leaf('Mode', objectLock.mode), leaf('Days', objectLock.days)),
        )
      : '';
  return {
    status: 200,
    body: document('ObjectLockConfiguration', leaf('ObjectLockEnabled', 'Enabled'), rule),
  };
}

export function putLockConfiguration(call: BucketCall): Answer {
  const { bucket } = call;
  if (bucket.versioning !== 'Enabled') {
    throw new S3Fault('InvalidBucketState', {
      message: "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    });
  }
  const root = readXml(receive(call).bytes, 'ObjectLockConfiguration');
  if (textOf(root, 'ObjectLockEnabled') !== 'Enabled') throw malformed();
  const rule = childOf(root, 'Rule');
  const retention = rule === undefined ? undefined : childOf(rule, 'DefaultRetention');
  const objectLock: S3BucketSettings['objectLock'] =
    retention === undefined
      ? true
      : {
          mode: modeOf(textOf(retention, 'Mode')),
          days:
            Number(textOf(retention, 'Days') ?? 0) + 365 * Number(textOf(retention, 'Years') ?? 0),
        };
  if (typeof objectLock === 'object' && !(objectLock.days > 0)) throw malformed();
  bucket.settings = { ...bucket.settings, objectLock };
  return { status: 200 };
}

export function getRetention(call: ObjectCall): Answer {
  const { retention } = lockable(call);
  if (retention === undefined) throw new S3Fault('NoSuchObjectLockConfiguration');
  return {
    status: 200,
    body: document(
      'Retention',
      leaf('Mode', retention.mode),
      leaf('RetainUntilDate', new Date(retention.untilMs).toISOString()),
    ),
  };
}

/** Retention may grow; all other changes need governance and the header that bypasses it. */
export function putRetention(call: ObjectCall): Answer {
  const version = lockable(call);
  const root = readXml(receive(call).bytes, 'Retention');
  const mode = textOf(root, 'Mode');
  const until = textOf(root, 'RetainUntilDate');
  const asked =
    mode === undefined && until === undefined
      ? undefined
      : { mode: modeOf(mode), untilMs: Date.parse(until ?? '') };
  if (asked !== undefined && Number.isNaN(asked.untilMs)) throw malformed();
  if (asked !== undefined && asked.untilMs <= call.nowMs) {
    throw invalidArgument('RetainUntilDate', until, 'The retain until date must be in the future!');
  }
  if (changes(version.retention, asked, call)) {
    throw new S3Fault('AccessDenied', {
      message: 'Access Denied because object protected by object lock.',
    });
  }
  call.bucket.revise(call.key, { ...version, retention: asked });
  return { status: 200 };
}

function changes(
  old: Retention | undefined,
  asked: Retention | undefined,
  call: ObjectCall,
): boolean {
  if (old === undefined || old.untilMs <= call.nowMs) return false;
  const bypass = headerOf(call, 'x-amz-bypass-governance-retention')?.toLowerCase() === 'true';
  if (old.mode === 'GOVERNANCE' && bypass) return false;
  return asked === undefined || asked.untilMs < old.untilMs || asked.mode !== old.mode;
}

export function getLegalHold(call: ObjectCall): Answer {
  const { legalHold } = lockable(call);
  return { status: 200, body: document('LegalHold', leaf('Status', legalHold ? 'ON' : 'OFF')) };
}

export function putLegalHold(call: ObjectCall): Answer {
  const version = lockable(call);
  const status = textOf(readXml(receive(call).bytes, 'LegalHold'), 'Status');
  if (status !== 'ON' && status !== 'OFF') throw malformed();
  call.bucket.revise(call.key, { ...version, legalHold: status === 'ON' });
  return { status: 200 };
}

function lockable(call: ObjectCall): ObjectVersion {
  if (!call.bucket.hasLocks) throw invalidRequest('Bucket is missing Object Lock Configuration');
  return findObject(call);
}

function modeOf(text: string | undefined): Retention['mode'] {
  if (text === 'GOVERNANCE' || text === 'COMPLIANCE') return text;
  throw malformed();
}
