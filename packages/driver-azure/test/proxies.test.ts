import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

it('goes through the proxy that the environment names', async () => {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(404, { 'x-ms-error-code': 'BlobNotFound' }).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => void proxy.once('listening', resolve));
  onTestFinished(() => void proxy.close());
  const script = `
    import { createAzureDriver } from '@dunnage/driver-azure';
    await using driver = createAzureDriver({
      container: 'registry',
      endpoint: 'http://some.blob.test',
      credentials: { type: 'key', key: 'AAAA' },
    });
    console.log(String(await driver.stat('a/b')));
  `;
  const { port } = proxy.address() as AddressInfo;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script],
    { cwd: import.meta.dirname, env: { PATH: '', HTTP_PROXY: `http://127.0.0.1:${port}` } },
  );
  expect(stdout).toBe('undefined\n');
  expect(asked).toEqual(['http://some.blob.test/registry/a/b']);
});
