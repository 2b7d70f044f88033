import { S3Fault } from '../errors.ts';

const MAX_KEY_BYTES = 1024;

/** @throws KeyTooLongError */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size <= MAX_KEY_BYTES) return;
  throw new S3Fault('KeyTooLongError', {
    fields: { Size: String(size), MaxSizeAllowed: String(MAX_KEY_BYTES) },
  });
}
