import { inspect } from 'node:util';
import { answer, hang, reset, s3, truncate } from '@dunnage/conformance/proxy';
import type { StorageDriver } from '@dunnage/driver-api';
import { parseKey } from '@dunnage/driver-api';
import { createS3Driver } from '@dunnage/driver-s3';
import { expect, it } from 'vitest';
import { collect, KEY, openFaulty } from './support.ts';

const CREDENTIALS = {
  accessKeyId: 'AKIAHUSHHUSHHUSH0000',
  secretAccessKey: 'hush-secret',
  sessionToken: 'hush-token',
};

/** Everything that somebody might log of a value. */
function shown(value: unknown): string {
  const stack = value instanceof Error ? (value.stack ?? '') : '';
  return [
    ...[JSON.stringify(value) ?? '', stack, String(value)],
    ...[inspect(value, { depth: 20, showHidden: true, getters: true })],
  ].join('\n');
}

async function everyVerb(driver: StorageDriver): Promise<unknown[]> {
  const signal = AbortSignal.timeout(300);
  const large = Buffer.alloc(6 * 1024 * 1024);
  const calls = [
    driver.capabilities({ signal }),
    driver.stat(KEY, { signal }),
    driver.get(KEY, { signal }),
    driver.put(KEY, Buffer.from('x'), { signal }),
    driver.put(KEY, large, { signal }),
    collect(driver.list({ signal })),
    collect(driver.delete([{ key: KEY }], { signal })),
    driver.now({ signal }),
    driver.copy?.(KEY, parseKey('c'), { signal }),
    driver.move?.(KEY, parseKey('c'), { signal }),
    collect(driver.versionsOf?.({ signal })),
    driver.undelete?.(KEY, '17', { signal }),
    collect(driver.pendingUploads?.({ signal })),
    driver.abortUpload?.(KEY, 'id', { signal }),
  ];
  const settled = await Promise.allSettled(calls.map(async (call) => call));
  return settled.map((each) => (each.status === 'rejected' ? each.reason : each.value) as unknown);
}

it('shows no secret of itself', async () => {
  const HTTPS_PROXY = 'http://user:hush-word@proxy:1';
  for (const credentials of [CREDENTIALS, async () => CREDENTIALS]) {
    const driver = createS3Driver({ bucket: 'my-bucket', credentials, env: { HTTPS_PROXY } });
    expect(shown(driver)).toContain('s3://my-bucket');
    expect(shown(driver)).not.toMatch(/hush/i);
    await driver.close();
  }
});

it.each([
  ['refusals', s3.error(403, 'AccessDenied', 'no')],
  ['wrong signatures', s3.error(403, 'SignatureDoesNotMatch', 'Signature=hush')],
  [
    'expired credentials',
    s3.error(400, 'ExpiredToken', `X-Amz-Security-Token: ${CREDENTIALS.sessionToken}`),
  ],
  ['failures', s3.error(500, 'InternalError')],
  ['odd successes', answer({ status: 200, body: 'ok' })],
  [
    'redirections',
    answer({ status: 307, headers: { location: 'http://x/?X-Amz-Signature=hush' } }),
  ],
  ['cut connections', reset()],
  ['cut bodies', truncate({ share: 0.5 })],
  ['silence', hang()],
])('shows none in errors: %s', async (_, fault) => {
  const { driver, bucket, proxy } = await openFaulty({
    double: { credentials: CREDENTIALS },
    driver: { partSize: 5 * 1024 * 1024 },
  });
  bucket.put('a/b', 'content');
  proxy.inject({ fault });
  const results = await everyVerb(driver);
  expect(results.some((each) => each instanceof Error)).toBe(true);
  for (const result of results) {
    expect(shown(result)).not.toMatch(/hush|AWS4-HMAC|x-amz-security-token=(?!\*)/i);
  }
  expect(shown(driver)).not.toMatch(/hush/i);
});

it('shows none in errors of credentials that can not be had', async () => {
  const credentials = async (): Promise<never> => {
    throw new Error('no answer from http://vault/?token=hush');
  };
  await using driver = createS3Driver({
    bucket: 'my-bucket',
    region: 'us-east-1',
    credentials,
    env: {},
  });
  for (const result of await everyVerb(driver)) {
    expect(shown(result)).not.toMatch(/hush/);
  }
});
