import { isStorageError } from '@dunnage/driver-api';
import type { ErrorCode } from '@dunnage/driver-api';
import { toStorageError } from '@dunnage/driver-fs';
import { expect, test } from 'vitest';

const EXPECTED: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'NOT_FOUND',
  EEXIST: 'ALREADY_EXISTS',
  EACCES: 'PERMISSION_DENIED',
  EPERM: 'PERMISSION_DENIED',
  EROFS: 'READ_ONLY',
  ENOTDIR: 'INVALID_KEY',
  EISDIR: 'INVALID_KEY',
  ENOTEMPTY: 'INVALID_KEY',
  ENAMETOOLONG: 'INVALID_KEY',
  EILSEQ: 'INVALID_KEY',
  ELOOP: 'UNSUPPORTED',
  EXDEV: 'UNSUPPORTED',
  ENOSYS: 'UNSUPPORTED',
  ENOTSUP: 'UNSUPPORTED',
  EOPNOTSUPP: 'UNSUPPORTED',
  EFBIG: 'TOO_LARGE',
  EMFILE: 'EXHAUSTED',
  ENFILE: 'EXHAUSTED',
  ENOMEM: 'EXHAUSTED',
  ENOSPC: 'EXHAUSTED',
  EDQUOT: 'EXHAUSTED',
  EMLINK: 'EXHAUSTED',
  EIO: 'UNAVAILABLE',
  ESTALE: 'UNAVAILABLE',
  EHOSTDOWN: 'UNAVAILABLE',
  ENOTCONN: 'UNAVAILABLE',
  ENODEV: 'UNAVAILABLE',
  EBUSY: 'UNAVAILABLE',
  EAGAIN: 'UNAVAILABLE',
  ETIMEDOUT: 'TIMEOUT',
  EWHATEVER: 'INTERNAL',
};

function errno(code: string): Error {
  return Object.assign(new Error(`${code}: something, open '/x'`), { code });
}

test.each(Object.entries(EXPECTED))('%s becomes %s', (code, expected) => {
  const error = toStorageError(errno(code), 'get', 'a/b');
  expect(error).toMatchObject({ code: expected, op: 'get', key: 'a/b', providerCode: code });
  expect(error.message).toContain('a/b');
  expect(error.applied).toBe('no');
  expect(error.cause).toBeInstanceOf(Error);
});

test('a change whose answer was lost may have been made', () => {
  for (const code of ['EIO', 'ESTALE', 'ETIMEDOUT', 'ENOTCONN', 'EWHATEVER']) {
    expect(toStorageError(errno(code), 'delete', 'a').applied).toBe('unknown');
  }
  for (const code of ['EACCES', 'ENOSPC', 'EROFS', 'EMFILE']) {
    expect(toStorageError(errno(code), 'put', 'a').applied).toBe('no');
  }
});

test('what fails again in the same way is not worth a retry, what passes is', () => {
  expect(toStorageError(errno('ENOSPC'), 'put', 'a').retry).toBe('never');
  expect(toStorageError(errno('EMFILE'), 'get', 'a').retry).toBe('after-backoff');
  expect(toStorageError(errno('ESTALE'), 'get', 'a').retry).toBe('safe');
});

test('an error of the contract stays what it is', () => {
  const error = toStorageError(errno('EIO'), 'get', 'a');
  expect(toStorageError(error, 'put', 'b')).toBe(error);
  expect(isStorageError(toStorageError('a string', 'put'))).toBe(true);
});
