import { configInvalid } from '@dunnage/driver-kit';
import { DRIVER } from './errors.ts';

/**
 * The URL of an endpoint in its shortest form; without a scheme it is taken as https.
 * @throws {StorageError} `CONFIG_INVALID`
 */
export function endpointOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  const usable =
    url !== null &&
    ['http:', 'https:'].includes(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '';
  if (usable) return url.href.replace(/\/+$/, '');
  throw configInvalid(DRIVER, 'the endpoint must be an http or https URL, without secrets in it');
}

/** Amazon itself: regional, dual-stack, FIPS, accelerated and private endpoints, also in China. */
export function isAmazon(endpoint: string): boolean {
  return /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|api\.aws)$/.test(
    new URL(endpoint).hostname,
  );
}

export function isCloudflare(endpoint: string): boolean {
  return new URL(endpoint).hostname.endsWith('.r2.cloudflarestorage.com');
}

/** The same text for the same storage, however it is reached. */
export function storageId(bucket: string, root: string, endpoint: string | undefined): string {
  const path = root === '' ? '' : `/${root.split('/').map(encodeURIComponent).join('/')}`;
  const query = endpoint === undefined ? '' : `?endpoint=${encodeURIComponent(endpoint)}`;
  return `s3://${bucket}${path}${query}`;
}
