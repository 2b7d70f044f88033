import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cephConfig } from './ceph-config.ts';
import { Household } from './household.ts';
import { freePorts, portOr } from './ports.ts';
import type { S3Server, StartOptions } from './server.ts';

const INSTALL =
  'On Debian: apt-get install --no-install-recommends ceph-mon ceph-osd radosgw ceph-common';
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'testtest' };

/** Ceph's S3 gateway, with a monitor and a store in memory behind it. */
export async function startCeph(options: StartOptions = {}): Promise<S3Server> {
  const household = await Household.open('ceph', INSTALL);
  try {
    return await start(household, options);
  } catch (error) {
    await household[Symbol.asyncDispose]();
    throw error;
  }
}

async function start(household: Household, options: StartOptions): Promise<S3Server> {
  const { directory } = household;
  const { port, bind = '127.0.0.1' } = options;
  const s3Port = await portOr(port);
  const [v2 = 0, v1 = 0] = await freePorts(2);
  const fsid = randomUUID();
  const config = join(directory, 'ceph.conf');
  await writeFile(
    config,
    cephConfig({
      directory,
      fsid,
      s3Endpoint: `${bind}:${s3Port}`,
      monitorPorts: [v2, v1],
    }),
  );
  for (const name of ['mon', 'osd', 'rgw']) await mkdir(join(directory, name));

  const keyring = join(directory, 'keyring');
  const allowed = ['--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *'];
  const newKey = async (...args: string[]): Promise<string> =>
    await household.run('ceph-authtool', ...args);
  await newKey('--create-keyring', keyring, '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *');
  await newKey(keyring, '--gen-key', '-n', 'client.admin', ...allowed);
  const map = join(directory, 'monmap');
  const addresses = `[v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]`;
  await household.run('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', addresses, map);
  const monitor = ['-c', config, '-i', 'a'];
  await household.run('ceph-mon', ...monitor, '--mkfs', '--monmap', map, '--keyring', keyring);
  await household.start('ceph-mon', [...monitor, '-f']);

  const osd = randomUUID();
  await household.run('ceph', '-c', config, '--connect-timeout', '30', 'osd', 'new', osd);
  await household.run('ceph-osd', '-c', config, '-i', '0', '--mkfs', '--osd-uuid', osd);
  await household.start('ceph-osd', ['-c', config, '-i', '0', '-f']);

  await household.start('radosgw', ['-c', config, '-n', 'client.rgw', '-f']);
  const url = `http://127.0.0.1:${s3Port}`;
  await household.untilAnswers(url);
  await household.run(
    ...['radosgw-admin', '-c', config, 'user', 'create', '--uid=test', '--display-name=test'],
    ...[`--access-key=${CREDENTIALS.accessKeyId}`, `--secret-key=${CREDENTIALS.secretAccessKey}`],
  );
  const close = async (): Promise<void> => await household[Symbol.asyncDispose]();
  return { url, region: 'us-east-1', ...CREDENTIALS, close, [Symbol.asyncDispose]: close };
}
