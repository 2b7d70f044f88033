import { inspect } from 'node:util';
import {
  failed,
  networkMeaning,
  onceAsked,
  retryAfterOf,
  shownCause,
  withoutSecrets,
} from '@dunnage/driver-kit';
import { describe, expect, test } from 'vitest';
import { failure } from './support.ts';

const base = {
  driver: 'toy',
  storage: 'the bucket box',
  meaning: { code: 'THROTTLED', why: 'slow down' },
} as const;

describe('a failure', () => {
  test('says what, where, why, and what the store said', () => {
    const error = failed({
      ...base,
      op: 'get',
      key: 'a',
      status: 503,
      providerCode: 'SlowDown',
      requestId: 'r1',
      retryAfterMs: 5,
    });
    expect(error.message).toBe('cannot read "a": slow down (HTTP 503 SlowDown)');
    expect(error).toMatchObject({
      code: 'THROTTLED',
      retry: 'after-backoff',
      status: 503,
      requestId: 'r1',
      retryAfterMs: 5,
      applied: 'no',
    });
    expect(failed({ ...base, op: 'list', key: undefined }).message).toBe(
      'cannot list the bucket box: slow down',
    );
  });

  test('may have been applied only where something was changed and the answer is lost', () => {
    const lost = { ...base, meaning: { code: 'UNAVAILABLE', why: 'cut', lost: true } } as const;
    expect(failed({ ...lost, op: 'delete', key: 'a' }).applied).toBe('unknown');
    expect(failed({ ...lost, op: 'get', key: 'a' }).applied).toBe('no');
    expect(failed({ ...base, op: 'delete', key: 'a' }).applied).toBe('no');
  });
});

describe('a network error', () => {
  test.each([
    ['ECONNREFUSED', 'UNAVAILABLE', undefined],
    ['ECONNRESET', 'UNAVAILABLE', true],
    ['ETIMEDOUT', 'TIMEOUT', true],
    ['CERT_HAS_EXPIRED', 'UNAVAILABLE', undefined],
  ])('%s means %s', (code, expected, lost) => {
    const error = new Error('outer', { cause: Object.assign(new Error('inner'), { code }) });
    const meaning = networkMeaning(error);
    expect(meaning).toMatchObject({ code: expected, providerCode: code });
    expect(meaning?.lost).toBe(lost);
  });

  test('is found among those of several addresses', () => {
    const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
    expect(networkMeaning(new AggregateError([refused, refused]))).toMatchObject({
      providerCode: 'ECONNREFUSED',
    });
  });

  test('is not seen in other errors', () => {
    expect(networkMeaning(new Error('x'))).toBeUndefined();
    expect(networkMeaning('ECONNRESET')).toBeUndefined();
  });
});

describe('secrets', () => {
  const hush = 'hu5h%2Bs3cret/value==';
  test.each([
    `https://a.example/c/b?sv=1&sig=${hush}&se=2`,
    `https://b.example/k?X-Amz-Signature=${hush}`,
    `AccountName=a;AccountKey=${hush};EndpointSuffix=x`,
    `authorization: AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=${hush}`,
    `{"Authorization":"Bearer ${hush}"}`,
    `SharedKey acct:${hush}`,
    'the token ya29.a0hu5h-x_y.z is not good',
    `s3://AKIA:${hush.replaceAll('/', '')}@bucket`,
    `-----BEGIN PRIVATE KEY-----\n${hush}\n-----END PRIVATE KEY-----`,
  ])('are taken out of %s', (text) => {
    const shown = withoutSecrets(text);
    expect(shown).not.toContain('hu5h');
    expect(shown).toContain('***');
  });

  test('are not on the cause of an error, however it is looked at', () => {
    const inner = Object.assign(new Error(`denied ?sig=${hush}`), {
      code: 'ECONNRESET',
      request: { headers: { authorization: hush } },
    });
    const thrown = Object.assign(new Error('outer', { cause: inner }), {
      config: { headers: { authorization: hush } },
    });
    const error = failed({ ...base, op: 'get', key: 'a', cause: thrown });
    const seen =
      inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error) + String(error.stack);
    expect(seen).not.toContain('hu5h');
    expect(seen).toContain('denied');
    expect((error.cause as Error).cause).toMatchObject({ code: 'ECONNRESET' });
  });

  test('what is no error is shown as it is', () => {
    expect(shownCause(undefined)).toBeUndefined();
    expect(shownCause('text')?.message).toContain('text');
  });
});

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(retryAfterOf('2', now)).toBe(2000);
  expect(retryAfterOf('Thu, 01 Jan 2026 00:00:05 GMT', now)).toBe(5000);
  expect(retryAfterOf('soon', now)).toBeUndefined();
  expect(retryAfterOf(null, now)).toBeUndefined();
});

test('what was asked successfully is remembered, failures are not', async () => {
  let asked = 0;
  const ask = onceAsked(async (fails: boolean) => {
    asked++;
    if (fails) throw new Error('not now');
    return asked;
  });
  await failure(() => ask(true));
  expect([await ask(false), await ask(true), asked]).toEqual([2, 2, 2]);
});
