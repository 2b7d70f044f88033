import type { AuthClient, GoogleAuth } from 'google-auth-library';
import { configInvalid, Root } from '@dunnage/driver-kit';
import { DRIVER } from './errors.ts';
import { proxyFor } from './http/proxy.ts';

/** Options of {@link createGcsDriver}. */
export interface GcsOptions {
  /** The bucket's name, without `gs://`. */
  readonly bucket: string;
  /** The directory in the bucket that holds the storage. Default: all of it. */
  readonly root?: string | undefined;
  /**
   * Where the JSON API is, as a URL. Default: what STORAGE_EMULATOR_HOST says, else
   * `https://storage.googleapis.com` (or the universe domain's).
   */
  readonly endpoint?: string | undefined;
  /** Path of a key in JSON: of a service account, of workload identity federation, … */
  readonly keyfile?: string | undefined;
  /** What such a key file holds. */
  readonly credentials?: Readonly<Record<string, unknown>> | undefined;
  /** A client of google-auth-library that gives the tokens. */
  readonly authClient?: AuthClient | GoogleAuth | undefined;
  /**
   * Without credentials: for emulators and public buckets. Default: only at an endpoint that is not Google's,
   * where no credentials are named: what Google's usual places hold is nothing for strangers.
   */
  readonly anonymous?: boolean | undefined;
  /** The project that pays for the requests, where whoever asks does. */
  readonly userProject?: string | undefined;
  /** Default: what GOOGLE_CLOUD_UNIVERSE_DOMAIN says, else `googleapis.com`. */
  readonly universeDomain?: string | undefined;
  /** Requests in flight at most, 1 to 1024. Default: 64. */
  readonly concurrency?: number | undefined;
  /**
   * `false`: at an endpoint that is not Google's the driver may find out what the store can do by writing
   * a small object below `dunnage/` and deleting it. Otherwise it does without what it can't know.
   */
  readonly readOnly?: boolean | undefined;
  /** Default: the process's. Proxies, emulator and universe domain are read from it. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Is told, once, of names in the bucket that no key can have. Default: nobody is. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** {@link GcsOptions}, checked and complete. */
export interface GcsConfig {
  readonly bucket: string;
  readonly root: Root;
  readonly endpoint: URL;
  /** Whether the endpoint is Google's own, of which it is known what it can do. */
  readonly google: boolean;
  /** `undefined`: requests go without credentials. */
  readonly auth: Pick<GcsOptions, 'keyfile' | 'credentials' | 'authClient'> | undefined;
  readonly universeDomain: string;
  readonly userProject: string | undefined;
  readonly concurrency: number;
  readonly readOnly: boolean;
  readonly proxy: string | undefined;
  readonly warn: (message: string) => void;
  /** See `StorageDriver.id`. */
  readonly id: string;
}

export const MAX_CONCURRENCY = 1024;
const DEFAULT_CONCURRENCY = 64;
const DEFAULT_UNIVERSE = 'googleapis.com';
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Checks options. @throws {StorageError} `CONFIG_INVALID`, naming the option and what is accepted. */
export function resolveConfig(options: GcsOptions): GcsConfig {
  const { bucket, userProject, env = process.env, warn = () => undefined } = options;
  if (typeof bucket !== 'string' || !/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(bucket)) {
    throw invalid(
      'bucket',
      'it is the name of a bucket: lower-case letters, digits, ".", "_", "-"',
    );
  }
  const root = Root.of(options.root ?? '');
  if (/[\r\n\0]/.test(root.text) || !root.text.isWellFormed()) {
    throw invalid('root', 'no name in a bucket has line ends or NUL in it, or is broken Unicode');
  }
  const universeDomain =
    (options.universeDomain ?? env['GOOGLE_CLOUD_UNIVERSE_DOMAIN']) || DEFAULT_UNIVERSE;
  const endpoint = endpointOf(options.endpoint ?? env['STORAGE_EMULATOR_HOST'], universeDomain);
  const google = endpoint.hostname.endsWith(`.${universeDomain}`);
  const auth = authOf(options, google);
  if (auth !== undefined && endpoint.protocol === 'http:' && !LOOPBACK.test(endpoint.hostname)) {
    warn(`access tokens go unencrypted to ${endpoint.origin}: others on the way can use them`);
  }
  const { concurrency = DEFAULT_CONCURRENCY } = options;
  if (!(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= MAX_CONCURRENCY)) {
    throw invalid('concurrency', `it is a whole number from 1 to ${MAX_CONCURRENCY}`);
  }
  const usual = google && universeDomain === DEFAULT_UNIVERSE;
  return {
    ...{ bucket, root, endpoint, google, auth, universeDomain, userProject, concurrency, warn },
    readOnly: options.readOnly !== false,
    proxy: proxyFor(endpoint, env),
    id: idOf(bucket, root, usual ? undefined : endpoint),
  };
}

function endpointOf(given: string | undefined, universeDomain: string): URL {
  if (given === undefined || given === '') return new URL(`https://storage.${universeDomain}`);
  // As the SDK takes it: without a scheme it is https.
  const url = URL.parse(/^\w+:\/\//.test(given) ? given : `https://${given}`);
  const web = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url === null || !web || url.search !== '' || url.hash !== '') {
    throw invalid('endpoint', 'it is a URL like https://storage.example.com');
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid('endpoint', "secrets don't belong in it");
  }
  return url;
}

function authOf(options: GcsOptions, google: boolean): GcsConfig['auth'] {
  const { keyfile, credentials, authClient, anonymous } = options;
  const given = { keyfile, credentials, authClient };
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  if (named.length > 1) {
    throw invalid(named.map(([name]) => name).join(', '), 'only one of them can be given');
  }
  if (anonymous === true && named.length > 0) {
    throw invalid('anonymous', 'it means without credentials, but some are given');
  }
  return (anonymous ?? !(google || named.length > 0)) ? undefined : given;
}

function idOf(bucket: string, root: Root, endpoint: URL | undefined): string {
  const directory = root.text === '' ? '' : `/${encodeURI(root.text.slice(0, -1))}`;
  const at = endpoint === undefined ? '' : `?endpoint=${endpoint.origin}${basePath(endpoint)}`;
  return `gs://${bucket}${directory.replace(/[?#]/g, encodeURIComponent)}${at}`;
}

/** The path of an endpoint, without a slash at its end. */
export function basePath(endpoint: URL): string {
  return endpoint.pathname.replace(/\/+$/, '');
}

function invalid(name: string, why: string): Error {
  return configInvalid(DRIVER, `the option "${name}" is not usable: ${why}`);
}
