import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Household } from './household.ts';
import { freePorts, portOr } from './ports.ts';
import type { S3Server, StartOptions } from './server.ts';
import { ringOfOne } from './swift-ring.ts';
import { proxyConfig, STORAGE_SERVERS, storageConfig, SWIFT_CONFIG } from './swift-config.ts';

const INSTALL =
  'On Debian: apt-get install --no-install-recommends swift swift-proxy swift-account swift-container swift-object';
const CREDENTIALS = { accessKeyId: 'test:tester', secretAccessKey: 'testing' };
const ENVIRONMENT = { PYTHONWARNINGS: 'ignore' };

/** OpenStack Swift on one node, by its S3 interface. It wants a file system with extended attributes. */
export async function startSwift({
  port: wanted,
  bind = '127.0.0.1',
}: StartOptions = {}): Promise<S3Server> {
  const household = await Household.open('swift', INSTALL);
  try {
    const port = await portOr(wanted);
    const ports = await startServers(household, bind, port);
    const url = `http://127.0.0.1:${port}`;
    // The proxy is ready first, and holds it against the others that they are not.
    for (const each of [...ports, port]) {
      await household.untilAnswers(`http://127.0.0.1:${each}/info`);
    }
    const close = async (): Promise<void> => await household[Symbol.asyncDispose]();
    return { url, region: 'us-east-1', ...CREDENTIALS, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await household[Symbol.asyncDispose]();
    throw error;
  }
}

/** Starts them all; the ports of those behind the proxy. */
async function startServers(household: Household, bind: string, port: number): Promise<number[]> {
  const { directory } = household;
  const user = userInfo().username;
  const write = async (name: string, content: string | Buffer): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, content);
    return path;
  };
  await mkdir(join(directory, 'devices/d1'), { recursive: true });
  await write('swift.conf', SWIFT_CONFIG);
  const [memcachePort = 0, ...ports] = await freePorts(1 + STORAGE_SERVERS.length);
  const programs: [program: string, config: string][] = [];
  for (const [index, server] of STORAGE_SERVERS.entries()) {
    const own = ports[index] ?? 0;
    await write(`${server}.ring.gz`, ringOfOne('d1', own));
    const config = await write(`${server}.conf`, storageConfig(server, directory, user, own));
    programs.push([`swift-${server}-server`, config]);
  }
  const config = await write('proxy.conf', proxyConfig(directory, user, bind, port, memcachePort));
  programs.push(['swift-proxy-server', config]);
  await Promise.all(
    programs.map(([program, path]) => household.start(program, [path], ENVIRONMENT)),
  );
  return ports;
}
