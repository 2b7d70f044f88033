import { azure, type Fault, gcs, startFaultProxy } from '@dunnage/conformance/proxy';
import { describe, expect, test } from 'vitest';
import { ask, startStore } from './store.ts';

const lines = (...parts: readonly string[]): string => parts.join('\r\n');

/** The answers that a client got, as `identity status`, and the bodies of those that failed. */
async function answersTo(fault: Fault, request: string, answer: string): Promise<string[]> {
  await using store = await startStore((_from, to) => {
    to.setHeader('content-type', 'multipart/mixed; boundary=answers');
    to.end(answer);
  });
  await using proxy = await startFaultProxy({ target: store.url });
  proxy.inject({ fault });
  const { headers, body } = await ask(`${proxy.url}/batch/storage/v1`, { method: 'POST' }, request);
  const boundary = /boundary=(\S+)/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  const parts = body.split(`--${boundary}`);
  expect(parts[0]?.trim()).toBe('');
  expect(parts.at(-1)?.trim()).toBe('--');
  return parts.slice(1, -1).map((part) => {
    const [outer = '', inner = '', ...rest] = part.split('\r\n\r\n');
    const told = Number(/content-length: (\d+)/i.exec(inner)?.[1] ?? 0);
    // The line break before the boundary is the boundary's.
    const content = rest.join('\r\n\r\n').replace(/\r\n$/, '');
    expect(Buffer.byteLength(content)).toBe(told);
    const identity = /content-id: (\S+)/i.exec(outer)?.[1];
    return [identity, inner.split('\r\n')[0], content].join(' ').trim();
  });
}

describe('GCS', () => {
  const part = (id: string, name: string): string =>
    lines(
      ...['--asked', 'Content-Type: application/http', `Content-ID: <${id}>`, ''],
      ...[`DELETE /storage/v1/b/bucket/o/${encodeURIComponent(name)} HTTP/1.1`, '', ''],
    );
  const request = lines(part('x+1', 'a/ü'), part('x+2', 'b'), '--asked--', '');
  const answered = (id: string): string =>
    lines(
      ...['--answers', 'Content-Type: application/http', `Content-ID: <response-${id}>`, ''],
      ...['HTTP/1.1 204 No Content', 'Content-Length: 0', '', '', ''],
    );
  // Not in the order in which they were asked.
  const answer = answered('x+2') + answered('x+1') + lines('--answers--', '');
  const error = (code: number, reason: string): string =>
    JSON.stringify({
      error: { code, message: 'Ω', errors: [{ message: 'Ω', domain: 'global', reason }] },
    });

  test('one part fails', async () => {
    const fault = gcs.perPartError('a/ü', 429, 'rateLimitExceeded', 'Ω');
    expect(await answersTo(fault, request, answer)).toEqual([
      '<response-x+2> HTTP/1.1 204 No Content',
      `<response-x+1> HTTP/1.1 429 Injected ${error(429, 'rateLimitExceeded')}`,
    ]);
  });

  test('every part fails', async () => {
    const fault = gcs.everyPartError(503, 'backendError', 'Ω');
    expect(await answersTo(fault, request, answer)).toEqual([
      `<response-x+1> HTTP/1.1 503 Injected ${error(503, 'backendError')}`,
      `<response-x+2> HTTP/1.1 503 Injected ${error(503, 'backendError')}`,
    ]);
  });

  test('one part is missing', async () => {
    expect(await answersTo(gcs.dropPart('b'), request, answer)).toEqual([
      '<response-x+1> HTTP/1.1 204 No Content',
    ]);
    expect(await answersTo(gcs.dropPart('unknown'), request, answer)).toHaveLength(2);
  });
});

describe('Azure', () => {
  const part = (id: number, name: string): string =>
    lines(
      ...['--batch_asked', 'Content-Type: application/http', `Content-ID: ${id}`, ''],
      ...[`DELETE /account/container/${encodeURIComponent(name)}?snapshot=x HTTP/1.1`, '', ''],
    );
  const request = lines(part(0, 'a/ü'), part(1, 'b'), '--batch_asked--', '');
  const answered = (id: number): string =>
    lines(
      ...['--answers', 'Content-Type: application/http', `Content-ID: ${id}`, ''],
      ...['HTTP/1.1 202 Accepted', 'x-ms-version: 2026-06-06', '', ''],
    );
  const answer = answered(0) + answered(1) + '--answers--';

  test('one part fails', async () => {
    const [first, second] = await answersTo(
      azure.perPartError('a/ü', 412, 'LeaseIdMissing'),
      ...([request, answer] as const),
    );
    expect(first).toMatch(/^0 HTTP\/1\.1 412 Injected .*<Code>LeaseIdMissing<\/Code>/);
    expect(second).toBe('1 HTTP/1.1 202 Accepted');
  });

  test('every part fails', async () => {
    const got = await answersTo(azure.everyPartError(503, 'ServerBusy'), request, answer);
    expect(got).toHaveLength(2);
    expect(got[1]).toMatch(/^1 HTTP\/1\.1 503 Injected .*<Code>ServerBusy<\/Code>/);
  });

  test('one part is missing', async () => {
    expect(await answersTo(azure.dropPart('b'), request, answer)).toEqual([
      '0 HTTP/1.1 202 Accepted',
    ]);
  });
});
