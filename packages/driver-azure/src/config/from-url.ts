import type { OpenContext } from '@dunnage/driver-api';
import { parseStorageUrl } from '@dunnage/driver-kit';
import { DRIVER } from '../errors.ts';
import { fromEnvironment } from './environment.ts';
import type { AzureOptions } from './options.ts';

/** Options from `azblob://container/root?account=NAME` and the environment. @throws {StorageError} `CONFIG_INVALID` */
export function fromUrl(url: string, { env }: Pick<OpenContext, 'env'>): AzureOptions {
  const { container, root, settings } = parseStorageUrl(url, {
    driver: DRIVER,
    scheme: 'azblob',
    example: 'azblob://container/root?account=NAME',
    secretsBelong:
      'use AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_CONNECTION_STRING, or an identity',
    secrets: [
      ...['key', 'accountkey', 'sas', 'sig', 'token', 'secret', 'clientsecret'],
      'connectionstring',
    ],
  });
  const account = settings.text('account');
  const endpoint = settings.text('endpoint');
  const auth = settings.oneOf('auth', ['key', 'sas', 'identity']);
  const own: AzureOptions = {
    container,
    root,
    legacyRoot: settings.flag('legacyroot'),
    snapshots: settings.oneOf('snapshots', ['keep', 'delete']),
    skipVerify: settings.flag('skipverify'),
  };
  settings.refuseUnknown();
  return { ...own, ...fromEnvironment(env, { account, endpoint }, auth) };
}
