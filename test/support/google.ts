import { once } from 'node:events';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { succeed } from './run.ts';

/**
 * `googleapis.com` on loopback: a proxy that programs reach by HTTPS_PROXY, with a certificate of its own,
 * in front of a server that speaks Google Cloud Storage. The registry's driver has some of Google's
 * addresses built in, so no setting leads it anywhere else.
 */
export class Google implements AsyncDisposable {
  /** What a program needs to come here: the proxy, whom to trust, and as whom to act. */
  readonly env: Readonly<Record<string, string>>;
  /** A service account's key. */
  readonly keyFile: string;
  readonly #close: () => Promise<void>;

  private constructor(env: Record<string, string>, keyFile: string, close: () => Promise<void>) {
    this.env = env;
    this.keyFile = keyFile;
    this.#close = close;
  }

  /** @param store address of the server that has the buckets. */
  static async start(store: string): Promise<Google> {
    const directory = await mkdtemp(join(tmpdir(), 'dunnage-google-'));
    const certificate = await makeCertificate(directory);
    const tls = createHttpsServer(certificate, (incoming, response) => {
      serve(store, incoming, response);
    });
    const proxy = createHttpServer((_, response) => response.writeHead(501).end());
    proxy.on('connect', (_, socket) => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.on('error', () => socket.destroy());
      tls.emit('connection', socket);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    const keyFile = join(directory, 'key.json');
    await writeFile(keyFile, JSON.stringify(serviceAccount()));
    const env = {
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
      // Go's name for it, and Node's.
      SSL_CERT_FILE: join(directory, 'ca.pem'),
      NODE_EXTRA_CA_CERTS: join(directory, 'ca.pem'),
    };
    return new Google(env, keyFile, async () => {
      proxy.close();
      proxy.closeAllConnections();
      tls.closeAllConnections();
      await rm(directory, { recursive: true, force: true });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

/** Hands a request on to the store; tokens are given to everybody. */
function serve(store: string, incoming: IncomingMessage, response: ServerResponse): void {
  if (incoming.headers.host?.startsWith('oauth2.') === true) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: 'test', expires_in: 3600, token_type: 'Bearer' }));
    return;
  }
  const { method, url = '/', headers } = incoming;
  const { host } = new URL(store);
  const onwards = request(new URL(url, store), { method, headers: { ...headers, host } });
  onwards.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(response);
  });
  onwards.on('error', () => response.destroy());
  incoming.pipe(onwards);
}

/** A certificate for Google's names, and the authority that vouches for it. */
async function makeCertificate(directory: string): Promise<{ key: Buffer; cert: Buffer }> {
  const [ca, caKey, key, csr, cert, names] = [
    ...['ca.pem', 'ca.key', 'server.key', 'server.csr', 'server.pem', 'names'],
  ].map((name) => join(directory, name)) as [string, string, string, string, string, string];
  await writeFile(names, 'subjectAltName=DNS:*.googleapis.com\n');
  const made = ['-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=dunnage-test'];
  await succeed('openssl', ['req', '-x509', ...made, '-keyout', caKey, '-out', ca, '-days', '2']);
  await succeed('openssl', ['req', ...made, '-keyout', key, '-out', csr]);
  const signed = ['-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-extfile', names, '-days', '2'];
  await succeed('openssl', ['x509', '-req', '-in', csr, '-out', cert, ...signed]);
  return { key: await readFile(key), cert: await readFile(cert) };
}

function serviceAccount(): Record<string, string> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    type: 'service_account',
    project_id: 'test',
    private_key_id: '1',
    private_key: privateKey,
    client_email: 'registry@test.iam.gserviceaccount.com',
    client_id: '1',
    token_uri: 'https://oauth2.googleapis.com/token',
  };
}
