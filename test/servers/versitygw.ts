import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Household } from './household.ts';
import { portOr } from './ports.ts';
import type { S3Server, StartOptions } from './server.ts';
import { VERSITYGW } from './versions.ts';

const INSTALL = [
  `go install github.com/versity/versitygw/cmd/versitygw@${VERSITYGW},`,
  'and have it on the path or name it in DUNNAGE_VERSITYGW.',
].join(' ');
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'testtest' };

/** The Versity gateway: S3 on a directory, whose file system has to keep extended attributes. */
export async function startVersitygw({
  port: wanted,
  bind = '127.0.0.1',
}: StartOptions = {}): Promise<S3Server> {
  const household = await Household.open('versitygw', INSTALL);
  try {
    const port = await portOr(wanted);
    const [root, versions] = ['buckets', 'versions'].map((name) => join(household.directory, name));
    for (const path of [root, versions]) await mkdir(path ?? '');
    await household.start(
      process.env['DUNNAGE_VERSITYGW'] ?? 'versitygw',
      // It closes each connection after one request, unless told.
      [
        '--port',
        `${bind}:${port}`,
        '--keep-alive',
        '--quiet',
        'posix',
        '--versioning-dir',
        versions ?? '',
        root ?? '',
      ],
      {
        ROOT_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        ROOT_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      },
    );
    const url = `http://127.0.0.1:${port}`;
    await household.untilAnswers(url);
    const close = async (): Promise<void> => await household[Symbol.asyncDispose]();
    return { url, region: 'us-east-1', ...CREDENTIALS, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await household[Symbol.asyncDispose]();
    throw error;
  }
}
