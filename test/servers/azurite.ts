import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Household } from './household.ts';
import { portOr } from './ports.ts';
import type { AzureServer, StartOptions } from './server.ts';

/** The account that every emulator of Azure has, as Microsoft documents it. */
const account = 'devstoreaccount1';
const accountKey =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** Azurite, in memory: good for a thousand blobs or two. */
export async function startAzurite({
  port: wanted,
  bind = '127.0.0.1',
}: StartOptions = {}): Promise<AzureServer> {
  const household = await Household.open('azurite', 'It comes with `npm ci`.');
  try {
    const port = await portOr(wanted);
    await household.start(process.execPath, [
      azuriteProgram(),
      ...['--blobHost', bind, '--blobPort', String(port)],
      ...['--inMemoryPersistence', '--silent', '--disableTelemetry'],
      // The SDK speaks a newer version than Azurite knows.
      '--skipApiVersionCheck',
    ]);
    const origin = `http://127.0.0.1:${port}`;
    await household.untilAnswers(origin);
    const url = `${origin}/${account}`;
    const connectionString = [
      ...['DefaultEndpointsProtocol=http', `AccountName=${account}`, `AccountKey=${accountKey}`],
      `BlobEndpoint=${url};`,
    ].join(';');
    const close = async (): Promise<void> => await household[Symbol.asyncDispose]();
    return { url, account, accountKey, connectionString, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await household[Symbol.asyncDispose]();
    throw error;
  }
}

function azuriteProgram(): string {
  const manifest = createRequire(import.meta.url).resolve('azurite/package.json');
  return join(dirname(manifest), 'dist/src/blob/main.js');
}
