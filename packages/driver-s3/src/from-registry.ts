import type { DriverSource, OpenContext } from '@dunnage/driver-api';
import { registrySettings } from '@dunnage/driver-kit';
import type { Settings } from '@dunnage/driver-kit';
import type { S3Credentials, S3Options } from './config.ts';
import { withScheme } from './from-url.ts';

/**
 * The options that the section `s3` (or `s3aws`) of a registry's configuration means.
 * @throws {StorageError} `CONFIG_INVALID`
 */
export function optionsFromRegistry(
  source: Extract<DriverSource, { from: 'registry-config' }>,
  context: Pick<OpenContext, 'warn'>,
): S3Options {
  const settings = registrySettings('s3', source);
  const bucket = settings.text('bucket');
  if (bucket === undefined) throw settings.invalid('bucket', 'it is missing');
  const secure = settings.flag('secure');
  const endpoint = withScheme(settings.text('regionendpoint'), secure);
  if (secure === false && endpoint === undefined) {
    context.warn('storage.s3.secure is false: Amazon is asked by https all the same');
  }
  if (settings.flag('v4auth') === false) {
    context.warn('storage.s3.v4auth is false: requests are signed with version 4 all the same');
  }
  const options: S3Options = {
    bucket,
    root: settings.text('rootdirectory'),
    region: settings.text('region'),
    endpoint,
    pathStyle: settings.flag('forcepathstyle'),
    skipVerify: settings.flag('skipverify'),
    accelerate: settings.flag('accelerate'),
    dualStack: settings.flag('usedualstack'),
    fips: settings.flag('usefipsendpoint'),
    credentials: credentialsOf(settings),
    storageClass: storageClassOf(settings.text('storageclass')),
    ...encryptionOf(settings),
    acl: settings.text('objectacl'),
    userAgent: settings.text('useragent'),
  };
  // How the registry cuts uploads, sends its clients elsewhere, and logs.
  settings.ignore('chunksize', 'multipartcopychunksize', 'multipartcopymaxconcurrency');
  settings.ignore('multipartcopythresholdsize', 'redirectendpoint', 'loglevel', 'redirect');
  settings.ignore('delete', 'maintenance', 'cache', 'tag');
  settings.warnOfUnknown(context);
  return options;
}

/** The registry, too, takes them only where both are given. */
function credentialsOf(settings: Settings): S3Credentials | undefined {
  const accessKeyId = settings.text('accesskey');
  const secretAccessKey = settings.text('secretkey');
  const sessionToken = settings.text('sessiontoken');
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

/** `keyid` counts only with `encrypt`, as in the registry. */
function encryptionOf(settings: Settings): Pick<S3Options, 'sse' | 'kmsKeyId'> {
  const encrypt = settings.flag('encrypt') ?? false;
  const kmsKeyId = settings.text('keyid');
  if (!encrypt) return {};
  return kmsKeyId === undefined ? { sse: 'AES256' } : { sse: 'aws:kms', kmsKeyId };
}

/** `NONE` says that the store knows no classes. */
function storageClassOf(text: string | undefined): string | undefined {
  const storageClass = text?.toUpperCase();
  return storageClass === 'NONE' ? undefined : storageClass;
}
