import { configInvalid } from '@dunnage/driver-kit';
import { DRIVER } from './errors.ts';
import { endpointOf, isAmazon, isCloudflare, storageId } from './endpoint.ts';

/** What signs requests. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When they end; a function is then asked for new ones. */
  readonly expiration?: Date;
}

/** Options of {@link createS3Driver}. What is left out is found as the AWS SDK finds it. */
export interface S3Options {
  readonly bucket: string;
  /** Directory in the bucket below which the storage is. Default: all of the bucket. */
  readonly root?: string | undefined;
  /** Default: `AWS_REGION`, the shared configuration, else found out by asking the bucket. */
  readonly region?: string | undefined;
  /** URL of a store that speaks S3. Default: `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, else Amazon's own. */
  readonly endpoint?: string | undefined;
  /** The bucket in the path instead of the host name. Default: wherever `endpoint` is not Amazon's. */
  readonly pathStyle?: boolean | undefined;
  /** Accepts any TLS certificate. */
  readonly skipVerify?: boolean | undefined;
  readonly accelerate?: boolean | undefined;
  readonly dualStack?: boolean | undefined;
  readonly fips?: boolean | undefined;
  /** Default: the SDK's own chain (environment, shared files, SSO, web identity, container, instance). */
  readonly credentials?: S3Credentials | (() => Promise<S3Credentials>) | undefined;
  /** Name of a profile in the shared configuration. */
  readonly profile?: string | undefined;
  /** For objects that are put or copied. Default: the store's. */
  readonly storageClass?: string | undefined;
  /** Encryption of objects that are put or copied. Default: the bucket's. */
  readonly sse?: 'AES256' | 'aws:kms' | 'aws:kms:dsse' | undefined;
  readonly kmsKeyId?: string | undefined;
  /** Canned ACL of objects that are put or copied. Default: none is sent. */
  readonly acl?: string | undefined;
  /** Objects per bulk delete, 1 to 1000; 1 sends one request for each. Default: 1000, on R2 700. */
  readonly deleteLimit?: number | undefined;
  /**
   * How requests are protected: `crc32` as the SDK does, or `md5` with `Content-MD5`, which every store
   * understands. Default: `crc32` on Amazon, else `md5`.
   */
  readonly checksums?: 'crc32' | 'md5' | undefined;
  /** The store honours `If-Match` and `If-None-Match` on puts. Default: found out. */
  readonly conditionalPuts?: boolean | undefined;
  /** The store honours etags on deletes. Default: found out. */
  readonly conditionalDeletes?: boolean | undefined;
  /** Bytes above which an object is put in parts, and of the first parts. Default: 16 MiB. */
  readonly partSize?: number | undefined;
  /** Bytes above which an object is copied in parts. Default: 5 GiB. */
  readonly copyLimit?: number | undefined;
  /** Bytes of each part of a copy. Default: 512 MiB. */
  readonly copyPartSize?: number | undefined;
  /** Requests in flight at most, and connections kept. Default: 64. */
  readonly concurrency?: number | undefined;
  /** Milliseconds that a store may keep silent. Default: 120,000. */
  readonly timeoutMs?: number | undefined;
  /** `false`: the driver may write and remove a small object to find out what the store can do. */
  readonly readOnly?: boolean | undefined;
  /** Added to the `User-Agent` of requests. */
  readonly userAgent?: string | undefined;
  /** Variables for region, endpoint and proxies. Default: those of the process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Told of what does not stop the work. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** Options with their defaults. */
export interface S3Settings extends S3Options {
  /** Text before each key, in the store. */
  readonly root: string;
  readonly endpoint: string | undefined;
  /** Amazon itself, by whatever host name. */
  readonly amazon: boolean;
  /** A directory bucket: S3 Express One Zone. */
  readonly directory: boolean;
  readonly pathStyle: boolean;
  readonly deleteLimit: number;
  readonly checksums: 'crc32' | 'md5';
  readonly partSize: number;
  readonly copyLimit: number;
  readonly copyPartSize: number;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly readOnly: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly warn: (message: string) => void;
  readonly id: string;
}

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** @throws {StorageError} `CONFIG_INVALID`, naming the option and what is accepted. */
export function resolveSettings(options: S3Options): S3Settings {
  const env = options.env ?? process.env;
  const { bucket } = options;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(bucket)) {
    throw configInvalid(DRIVER, `${JSON.stringify(bucket)} can't be the name of a bucket`);
  }
  const endpoint = endpointOf(options.endpoint ?? endpointIn(env));
  const directory = bucket.endsWith('--x-s3');
  const amazons = endpoint === undefined || isAmazon(endpoint);
  // Nobody else has directory buckets.
  const amazon = amazons || directory;
  const root = (options.root ?? '').replace(/^\/+|\/+$/g, '');
  checkNumbers(options);
  if (options.kmsKeyId !== undefined && options.sse?.startsWith('aws:kms') !== true) {
    throw configInvalid(DRIVER, '"kmsKeyId" needs "sse" to be aws:kms or aws:kms:dsse');
  }
  return {
    ...options,
    root: root === '' ? '' : `${root}/`,
    endpoint,
    amazon,
    directory,
    region: regionOf(options.region ?? named(env, 'AWS_REGION', 'AWS_DEFAULT_REGION')),
    profile: options.profile ?? named(env, 'AWS_PROFILE'),
    credentials: options.credentials ?? credentialsIn(options, env),
    pathStyle: options.pathStyle ?? !amazons,
    deleteLimit:
      options.deleteLimit ?? (endpoint !== undefined && isCloudflare(endpoint) ? 700 : 1000),
    checksums: options.checksums ?? (amazon ? 'crc32' : 'md5'),
    partSize: options.partSize ?? 16 * MIB,
    copyLimit: options.copyLimit ?? 5 * GIB,
    copyPartSize: options.copyPartSize ?? 512 * MIB,
    concurrency: options.concurrency ?? 64,
    timeoutMs: options.timeoutMs ?? 120_000,
    readOnly: options.readOnly ?? true,
    env,
    warn: options.warn ?? (() => undefined),
    id: storageId(bucket, root, amazons ? undefined : endpoint),
  };
}

/** Bounds of the options that are numbers. */
const BOUNDS = {
  deleteLimit: [1, 1000],
  partSize: [5 * MIB, 5 * GIB],
  copyLimit: [1, 5 * GIB],
  copyPartSize: [5 * MIB, 5 * GIB],
  concurrency: [1, 4096],
  timeoutMs: [1, 2 ** 31 - 1],
} as const;

function checkNumbers(options: S3Options): void {
  for (const [name, [least, most]] of Object.entries(BOUNDS)) {
    const value = options[name as keyof typeof BOUNDS];
    if (value === undefined) continue;
    if (Number.isSafeInteger(value) && value >= least && value <= most) continue;
    const message = `"${name}" must be a whole number from ${least} to ${most}, not ${value}`;
    throw configInvalid(DRIVER, message);
  }
}

/** A region becomes part of host names. */
function regionOf(region: string | undefined): string | undefined {
  if (region === undefined || /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(region)) {
    return region;
  }
  const message = `${JSON.stringify(region)} can't be a region: it has letters, digits and "-" only`;
  throw configInvalid(DRIVER, message);
}

/** The first of these variables that is set to something. */
function named(env: S3Settings['env'], ...names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
}

/** The endpoint that the environment names, as the SDKs read it. */
function endpointIn(env: S3Settings['env']): string | undefined {
  if (env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']?.toLowerCase() === 'true') return undefined;
  return named(env, 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL');
}

/** Keys in an environment that is not the process's own, where the SDK would not look. */
function credentialsIn(options: S3Options, env: S3Settings['env']): S3Credentials | undefined {
  const accessKeyId = named(env, 'AWS_ACCESS_KEY_ID');
  const secretAccessKey = named(env, 'AWS_SECRET_ACCESS_KEY');
  const sessionToken = named(env, 'AWS_SESSION_TOKEN');
  const profile = options.profile ?? named(env, 'AWS_PROFILE');
  // A profile that is named comes before keys.
  if (accessKeyId === undefined || secretAccessKey === undefined || profile !== undefined) {
    return undefined;
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}
