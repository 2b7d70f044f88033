import { parseStorageUrl } from '@dunnage/driver-kit';
import type { S3Options } from './config.ts';
import { DRIVER } from './errors.ts';
import { registration } from './plugin.ts';

const SECRETS_BELONG =
  'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile of ~/.aws with "profile"';

/**
 * The options that `s3://bucket/root?name=value` names.
 * @throws {StorageError} `CONFIG_INVALID`
 */
export function optionsFromUrl(url: string): S3Options {
  const { container, root, settings } = parseStorageUrl(url, {
    driver: DRIVER,
    scheme: 's3',
    example: registration.example,
    secretsBelong: SECRETS_BELONG,
    secrets: [
      ...['accesskey', 'accesskeyid', 'access_key', 'secretkey', 'secretaccesskey', 'secret_key'],
      ...['sessiontoken', 'token', 'awsaccesskeyid', 'x-amz-credential', 'x-amz-security-token'],
    ],
  });
  const secure = settings.flag('secure');
  const options: S3Options = {
    bucket: container,
    root,
    region: settings.text('region'),
    endpoint: withScheme(settings.text('endpoint'), secure),
    pathStyle: settings.flag('pathStyle') ?? settings.flag('forcepathstyle'),
    skipVerify: settings.flag('skipVerify'),
    accelerate: settings.flag('accelerate'),
    dualStack: settings.flag('dualStack'),
    fips: settings.flag('fips'),
    profile: settings.text('profile'),
    storageClass: settings.text('storageClass'),
    sse: sseOf(settings.oneOf('sse', ['aes256', 'aws:kms', 'aws:kms:dsse'])),
    kmsKeyId: settings.text('kmsKeyId'),
    acl: settings.text('acl'),
    deleteLimit: settings.count('deleteLimit', 1, 1000),
    checksums: settings.oneOf('checksums', ['crc32', 'md5']),
    conditionalPuts: settings.flag('conditionalPuts'),
    conditionalDeletes: settings.flag('conditionalDeletes'),
    timeoutMs: milliseconds(settings.count('timeout', 1, 86_400)),
  };
  settings.refuseUnknown();
  return options;
}

/** The endpoint with its scheme; `secure` counts only where it has none. */
export function withScheme(
  endpoint: string | undefined,
  secure: boolean | undefined,
): string | undefined {
  if (endpoint === undefined || endpoint.includes('://')) return endpoint;
  return `${secure === false ? 'http' : 'https'}://${endpoint}`;
}

/** S3 spells one of them in capitals. */
function sseOf(text: 'aes256' | 'aws:kms' | 'aws:kms:dsse' | undefined): S3Options['sse'] {
  return text === 'aes256' ? 'AES256' : text;
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
