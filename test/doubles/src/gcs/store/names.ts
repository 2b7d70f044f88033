import { Buffer } from 'node:buffer';
import { invalid } from '../errors.ts';

/** Bytes of UTF-8 that an object's name can have. */
const MAX_NAME_BYTES = 1024;

/** @throws GcsError 400 for a name that no object can have. */
export function checkObjectName(name: string): void {
  const bytes = Buffer.byteLength(name);
  if (bytes > MAX_NAME_BYTES) {
    throw invalid(
      `The maximum object length is ${MAX_NAME_BYTES} characters, but got a name with ${bytes} characters: '${name.slice(0, 128)}...'`,
    );
  }
  if (/[\r\n]/.test(name) || !name.isWellFormed()) {
    throw invalid(`Disallowed unicode characters present in object name '${name}'`);
  }
  if (name === '.' || name === '..' || name.startsWith('.well-known/acme-challenge/')) {
    throw invalid(`Invalid object name: '${name}'`);
  }
}

/** @throws GcsError 400 for a name that no bucket can have. */
export function checkBucketName(name: string): void {
  const parts = name.split('.');
  const fits =
    /^[a-z0-9][a-z0-9._-]+[a-z0-9]$/.test(name) &&
    name.length <= (parts.length > 1 ? 222 : 63) &&
    parts.every((part) => part.length > 0 && part.length <= 63) &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !name.startsWith('goog') &&
    !name.includes('google');
  if (!fits) throw invalid(`Invalid bucket name: '${name}'`);
}
