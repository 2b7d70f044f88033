import { configInvalid, Root } from '@dunnage/driver-kit';
import { DRIVER } from '../errors.ts';
import type { AzureCredentials, AzureOptions } from './options.ts';

const MEBIBYTE = 1024 * 1024;
const DEFAULT_SUFFIX = 'blob.core.windows.net';

/** Options with all their defaults, checked. */
export interface AzureConfig {
  readonly container: string;
  readonly account: string;
  /** Of the blob service, without a slash at its end. */
  readonly endpoint: string;
  readonly root: Root;
  /** The other place where a registry's data may be: with or without the nameless directory. */
  readonly otherRoot: Root;
  readonly legacyRoot: boolean;
  readonly credentials: AzureCredentials;
  readonly snapshots: 'keep' | 'delete';
  readonly concurrency: number;
  readonly skipVerify: boolean;
  readonly readOnly: boolean;
  readonly warn: (message: string) => void;
  readonly singlePutBytes: number;
  readonly singleCopyBytes: number;
  /** The storage as a URL without secrets. */
  readonly id: string;
}

/** @throws {StorageError} `CONFIG_INVALID`, naming what is wrong. */
export function resolve(options: AzureOptions): AzureConfig {
  const { container, legacyRoot = false, concurrency = 64 } = options;
  checkContainer(container);
  const { account, endpoint, isOwn } = serviceOf(options);
  const credentials = checkedCredentials(options.credentials ?? { type: 'identity' }, endpoint);
  const clean = Root.of(options.root ?? '');
  if (/(^|\/)\.{1,2}\//.test(clean.text)) throw invalid('the root has a "." or ".." segment');
  const legacy = new Root(`/${clean.text}`);
  const [root, otherRoot] = legacyRoot ? [legacy, clean] : [clean, legacy];
  const query = new URLSearchParams({ account });
  if (!isOwn) query.set('endpoint', endpoint);
  if (legacyRoot) query.set('legacyroot', 'true');
  const path = clean.text.split('/').map(encodeURIComponent).join('/').replace(/\/$/, '');
  return {
    ...{ container, account, endpoint, root, otherRoot, legacyRoot, concurrency },
    credentials,
    snapshots: options.snapshots ?? 'keep',
    skipVerify: options.skipVerify ?? false,
    readOnly: options.readOnly ?? true,
    warn: options.warn ?? (() => undefined),
    singlePutBytes: options.singlePutBytes ?? 8 * MEBIBYTE,
    singleCopyBytes: Math.min(options.singleCopyBytes ?? Infinity, 256 * MEBIBYTE),
    id: `azblob://${container}${path === '' ? '' : `/${path}`}?${query.toString()}`,
  };
}

function checkContainer(container: string): void {
  // https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
  const valid = /^[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9])){2,62}$/.test(container);
  if (valid || container === '$root' || container === '$web') return;
  const rule = 'a container has 3 to 63 lower-case letters, digits and single "-"';
  throw invalid(`${JSON.stringify(container)} is not the name of a container: ${rule}`);
}

interface Service {
  readonly account: string;
  readonly endpoint: string;
  /** The endpoint is the one that the account has in the public cloud. */
  readonly isOwn: boolean;
}

function serviceOf({ account, endpoint }: AzureOptions): Service {
  if (account !== undefined && !/^[a-z0-9][a-z0-9-]{2,62}$/.test(account)) {
    throw invalid(`${JSON.stringify(account)} is not the name of a storage account`);
  }
  if (endpoint === undefined) {
    if (account === undefined) {
      throw invalid('no storage account is named: give "account", or AZURE_STORAGE_ACCOUNT');
    }
    return { account, endpoint: `https://${account}.${DEFAULT_SUFFIX}`, isOwn: true };
  }
  const url = URL.parse(endpoint);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw invalid(`the endpoint ${JSON.stringify(endpoint)} is no http:// or https:// URL`);
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw invalid('the endpoint has more than a host and a path; a SAS does not belong into it');
  }
  const path = url.pathname.replace(/\/+$/, '');
  // Where hosts have no names, the account is the first part of the path.
  const inPath = /^[\d.]+$|^\[|^localhost$/.test(url.hostname);
  const named = account ?? (inPath ? path.slice(1).split('/')[0] : url.hostname.split('.')[0]);
  if (named === undefined || named === '') throw invalid('the endpoint names no storage account');
  const complete = `${url.origin}${inPath && path === '' ? `/${named}` : path}`;
  return {
    account: named,
    endpoint: complete,
    isOwn: complete === `https://${named}.${DEFAULT_SUFFIX}`,
  };
}

function checkedCredentials(credentials: AzureCredentials, endpoint: string): AzureCredentials {
  switch (credentials.type) {
    case 'key': {
      if (/^[A-Za-z0-9+/]+={0,2}$/.test(credentials.key)) return credentials;
      throw invalid('the key of the account is not Base64');
    }
    case 'sas': {
      const token = credentials.token.replace(/^\?/, '');
      if (new URLSearchParams(token).has('sig')) return { type: 'sas', token };
      throw invalid('the SAS has no signature ("sig")');
    }
    default:
      if (endpoint.startsWith('https:')) return credentials;
      throw invalid(
        `an identity proves itself by tokens, which go over https:// only, and the endpoint is ${endpoint}; give it a key or a SAS`,
      );
  }
}

export function invalid(message: string): Error {
  return configInvalid(DRIVER, message);
}
