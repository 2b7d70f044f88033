import {
  aborted,
  hasCode,
  isStorageError,
  parseKey,
  StorageError,
  STORAGE_ERROR_BRAND,
  unsupported,
} from '@dunnage/driver-api';
import type * as api from '@dunnage/driver-api';
import type { ErrorCode } from '@dunnage/driver-api';
import { describe, expect, it } from 'vitest';

const INIT = {
  code: 'NOT_FOUND',
  op: 'get',
  driver: 'memory',
  message: 'there is no object',
} as const;

/** A second copy of the package, as a plugin with its own dependencies has one. */
async function secondCopy(): Promise<typeof api> {
  const url = new URL('../dist/error.js?copy=2', import.meta.url);
  return (await import(/* @vite-ignore */ url.href)) as typeof api;
}

describe('StorageError', () => {
  it('fills in what is usual for its code', () => {
    const retries: Partial<Record<ErrorCode, string>> = {
      THROTTLED: 'after-backoff',
      UNAVAILABLE: 'after-backoff',
      TIMEOUT: 'after-backoff',
      EXHAUSTED: 'after-backoff',
      CORRUPT: 'safe',
      INCOMPLETE: 'safe',
      NOT_FOUND: 'never',
      LOCKED: 'never',
    };
    for (const [code, retry] of Object.entries(retries)) {
      const error = new StorageError({ ...INIT, code: code as ErrorCode });
      expect([error.code, error.retry, error.applied]).toEqual([code, retry, 'no']);
    }
    expect(new StorageError({ ...INIT, retry: 'safe', applied: 'unknown' })).toMatchObject({
      retry: 'safe',
      applied: 'unknown',
    });
  });

  it('is data without its stack and its cause', () => {
    const cause = new Error('with a secret');
    const error = new StorageError({
      ...INIT,
      key: parseKey('a/b'),
      status: 404,
      requestId: 'r-1',
      cause,
    });
    expect(error.cause).toBe(cause);
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      ...{
        name: 'StorageError',
        message: INIT.message,
        code: 'NOT_FOUND',
        op: 'get',
        driver: 'memory',
      },
      ...{ key: 'a/b', applied: 'no', retry: 'never', status: 404, requestId: 'r-1' },
    });
  });

  it('leaves out of its data what is not known', () => {
    const error = new StorageError({ ...INIT, key: undefined, retryAfterMs: undefined });
    expect('cause' in error).toBe(false);
    const data = JSON.parse(JSON.stringify(error)) as object;
    expect(Object.keys(data)).not.toContain('key');
    expect(Object.keys(data)).not.toContain('retryAfterMs');
  });
});

describe('isStorageError', () => {
  it('knows errors of another copy of the package, which instanceof does not', async () => {
    const copy = await secondCopy();
    const error = new copy.StorageError(INIT);
    expect(error).not.toBeInstanceOf(StorageError);
    expect(isStorageError(error)).toBe(true);
    expect(hasCode(error, 'NOT_FOUND')).toBe(true);
    expect(copy.isStorageError(new StorageError(INIT))).toBe(true);
    expect(copy.STORAGE_ERROR_BRAND).toBe(STORAGE_ERROR_BRAND);
  });

  it.each([
    new Error('plain'),
    { ...INIT, [STORAGE_ERROR_BRAND]: true },
    Object.assign(new Error('looks like one'), INIT),
    undefined,
    null,
    'NOT_FOUND',
  ])('is not fooled by %o', (value) => {
    expect(isStorageError(value)).toBe(false);
    expect(hasCode(value, 'NOT_FOUND')).toBe(false);
  });
});

describe('hasCode', () => {
  it('is true for one of the codes', () => {
    const error = new StorageError(INIT);
    expect(hasCode(error, 'CORRUPT', 'NOT_FOUND')).toBe(true);
    expect(hasCode(error, 'CORRUPT')).toBe(false);
    expect(hasCode(error)).toBe(false);
  });
});

describe('ready-made errors', () => {
  it('say what is not supported', () => {
    expect(unsupported('s3', 'put', 'ifAbsent')).toMatchObject({
      code: 'UNSUPPORTED',
      op: 'put',
      driver: 's3',
      message: 'the s3 driver does not support ifAbsent',
    });
  });

  it("carry the signal's reason", () => {
    const reason = new Error('enough');
    const error = aborted('s3', 'get', AbortSignal.abort(reason), parseKey('a'));
    expect(error).toMatchObject({ code: 'ABORTED', key: 'a', retry: 'never' });
    expect(error.cause).toBe(reason);
  });
});
