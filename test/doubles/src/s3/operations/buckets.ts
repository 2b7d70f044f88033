import { S3Fault } from '../errors.ts';
import type { Answer } from '../wire/answer.ts';
import { readXml, textOf } from '../wire/xml-read.ts';
import { branch, document, leaf, optionalLeaf } from '../wire/xml-write.ts';
import { headerOf, parameter } from './call.ts';
import type { BucketCall, Call } from './call.ts';
import { receive } from './receive.ts';

const US_EAST_1 = 'us-east-1';

export function listBuckets(call: Call): Answer {
  const prefix = parameter(call, 'prefix') ?? '';
  const buckets = Array.from(call.account.buckets.values())
    .filter(({ name }) => name.startsWith(prefix))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, createdMs }) =>
      branch('Bucket', leaf('Name', name), leaf('CreationDate', new Date(createdMs).toISOString())),
    );
  const owner = branch('Owner', leaf('ID', call.account.owner));
  return {
    status: 200,
    body: document('ListAllMyBucketsResult', owner, branch('Buckets', ...buckets)),
  };
}

/** @param name of the bucket, which need not exist yet */
export function createBucket(call: Call, name: string): Answer {
  const { account, request } = call;
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..')) {
    throw new S3Fault('InvalidBucketName', { fields: { BucketName: name } });
  }
  const constraint =
    request.body.length === 0
      ? undefined
      : textOf(readXml(request.body, 'CreateBucketConfiguration'), 'LocationConstraint');
  checkConstraint(account.region, constraint);
  const existing = account.buckets.get(name);
  if (existing === undefined) {
    account.create(name, {
      region: constraint === 'EU' ? 'eu-west-1' : (constraint ?? account.region),
      objectLock: headerOf(call, 'x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true',
    });
  } else if (account.region !== US_EAST_1 || existing.settings.region !== US_EAST_1) {
    // The oldest region answers as if the bucket had been made just now.
    throw new S3Fault('BucketAlreadyOwnedByYou', { fields: { BucketName: name } });
  }
  return { status: 200, headers: { location: `/${name}` } };
}

/** Endpoints make buckets of their own region only; that of us-east-1 makes all. */
function checkConstraint(region: string, constraint: string | undefined): void {
  if (constraint === region && region !== US_EAST_1) return;
  if (region === US_EAST_1) {
    if (constraint === undefined) return;
    if (constraint === 'EU' || /^[a-z]+-[a-z-]+-\d$/.test(constraint)) {
      if (constraint !== US_EAST_1) return;
    }
    throw new S3Fault('InvalidLocationConstraint', { fields: { LocationConstraint: constraint } });
  }
  throw new S3Fault('IllegalLocationConstraintException', {
    message: `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  });
}

export function headBucket({ bucket }: BucketCall): Answer {
  return {
    status: 200,
    headers: {
      'x-amz-bucket-region': bucket.settings.region,
      'x-amz-access-point-alias': 'false',
      'content-type': 'application/xml',
    },
  };
}

export function deleteBucket({ bucket, account }: BucketCall): Answer {
  if (bucket.keys.size > 0) {
    const message = 'The bucket you tried to delete is not empty';
    const versions = '. You must delete all versions in the bucket.';
    throw new S3Fault('BucketNotEmpty', {
      message: bucket.versioning === undefined ? message : message + versions,
      fields: { BucketName: bucket.name },
    });
  }
  account.buckets.delete(bucket.name);
  return { status: 204 };
}

export function getLocation({ bucket }: BucketCall): Answer {
  const { region } = bucket.settings;
  return {
    status: 200,
    body: document('LocationConstraint', region === US_EAST_1 ? '' : region),
  };
}

export function getVersioning({ bucket }: BucketCall): Answer {
  return {
    status: 200,
    body: document('VersioningConfiguration', optionalLeaf('Status', bucket.versioning)),
  };
}

export function putVersioning(call: BucketCall): Answer {
  const { bucket } = call;
  const root = readXml(receive(call).bytes, 'VersioningConfiguration');
  const status = textOf(root, 'Status');
  if (status === undefined) throw new S3Fault('IllegalVersioningConfigurationException');
  if (status !== 'Enabled' && status !== 'Suspended') throw new S3Fault('MalformedXML');
  if (bucket.hasLocks && status === 'Suspended') {
    throw new S3Fault('InvalidBucketState', {
      message:
        'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
    });
  }
  bucket.settings = { ...bucket.settings, versioning: status };
  return { status: 200 };
}

export function getEncryption({ bucket }: BucketCall): Answer {
  const rule = branch(
    'Rule',
    branch('ApplyServerSideEncryptionByDefault', leaf('SSEAlgorithm', bucket.encryption)),
    leaf('BucketKeyEnabled', false),
  );
  return { status: 200, body: document('ServerSideEncryptionConfiguration', rule) };
}

export function getLifecycle({ bucket }: BucketCall): Answer {
  throw new S3Fault('NoSuchLifecycleConfiguration', { fields: { BucketName: bucket.name } });
}
