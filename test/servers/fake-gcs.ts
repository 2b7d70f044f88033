import { Household } from './household.ts';
import { portOr } from './ports.ts';
import type { GcsServer, StartOptions } from './server.ts';
import { FAKE_GCS } from './versions.ts';

const INSTALL = [
  `go install github.com/fsouza/fake-gcs-server@${FAKE_GCS},`,
  'and have it on the path or name it in DUNNAGE_FAKE_GCS.',
].join(' ');

/** How to start fake-gcs-server. */
export interface FakeGcsOptions extends StartOptions {
  /** The address in front of it, such as a proxy's, where clients are to go on with an upload. */
  readonly externalUrl?: string;
}

/** fake-gcs-server, in memory. */
export async function startFakeGcs(options: FakeGcsOptions = {}): Promise<GcsServer> {
  const household = await Household.open('fake-gcs', INSTALL);
  try {
    const port = await portOr(options.port);
    const url = `http://127.0.0.1:${port}`;
    await household.start(process.env['DUNNAGE_FAKE_GCS'] ?? 'fake-gcs-server', [
      ...[
        '-backend',
        'memory',
        '-scheme',
        'http',
        '-host',
        options.bind ?? '127.0.0.1',
        '-port',
        String(port),
      ],
      ...['-external-url', options.externalUrl ?? url, '-public-host', `127.0.0.1:${port}`],
      ...['-log-level', 'error'],
    ]);
    await household.untilAnswers(`${url}/_internal/healthcheck`);
    const close = async (): Promise<void> => await household[Symbol.asyncDispose]();
    return { url, projectId: 'test', close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await household[Symbol.asyncDispose]();
    throw error;
  }
}
