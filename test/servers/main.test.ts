import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { dunnage } from '../support/dunnage.ts';

/** What `main.ts` tells of a server. */
interface Notice {
  readonly server: string;
  readonly url: string;
  readonly storage: string;
  readonly environment: Record<string, string>;
}

const MAIN = join(import.meta.dirname, 'main.ts');

test.each(['ceph', 'swift', 'versitygw', 'azurite', 'fake-gcs'])(
  '%s, started by hand, is a storage that Dunnage opens',
  async (name) => {
    const child = spawn(process.execPath, [MAIN, name, '--bucket', 'registry'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const notice = JSON.parse(line) as Notice;
    expect(notice.server).toBe(name);
    const inspected = await dunnage(['drivers', 'inspect', notice.storage], [], notice.environment);
    expect(inspected).toMatchObject({ exitCode: 0, stderr: '' });
    child.kill('SIGTERM');
    await exit;
    await expect(fetch(notice.url)).rejects.toThrow('fetch failed');
  },
);

test('who asks for a server that there is not is told which there are', async () => {
  const child = spawn(process.execPath, [MAIN, 'minio'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exit = once(child, 'exit');
  const [line] = (await once(createInterface(child.stderr), 'line')) as [string];
  expect(line).toContain('ceph|swift|versitygw|azurite|fake-gcs');
  expect(await exit).toEqual([2, null]);
});
