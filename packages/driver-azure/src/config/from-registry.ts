import type { DriverSource, OpenContext } from '@dunnage/driver-api';
import { registrySettings } from '@dunnage/driver-kit';
import type { Settings } from '@dunnage/driver-kit';
import { DRIVER } from '../errors.ts';
import { fromConnectionString, identityFrom } from './environment.ts';
import type { AzureCredentials, AzureOptions } from './options.ts';
import { invalid } from './resolve.ts';

/** What registries know of and a collector has no use for: how they wait for copies and retry, what they log. */
const WITHOUT_MEANING = [
  ...['max_retries', 'retry_delay', 'copy_status_poll_max_retry', 'copy_status_poll_delay'],
  ...['retry_try_timeout', 'max_retry_delay', 'debuglog', 'debuglogevents'],
  ...['debug_log', 'debug_log_events', 'apipoolinitialinterval', 'apipoolmaxinterval'],
  ...['apipoolmaxelapsedtime', 'api_pool_initial_interval', 'api_pool_max_interval'],
  'api_pool_max_elapsed_time',
];

/**
 * Options from the section `azure` of a registry's own configuration: those of distribution 2 and 3 and of GitLab's
 * registry.
 * @throws {StorageError} `CONFIG_INVALID`
 */
export function fromRegistry(
  source: Extract<DriverSource, { from: 'registry-config' }>,
  context: Pick<OpenContext, 'env' | 'warn'>,
): AzureOptions {
  const settings = registrySettings(DRIVER, source);
  const container = settings.text('container');
  if (container === undefined) throw settings.invalid('container', 'it is missing');
  const account = settings.text('accountname');
  const realm = settings.text('realm') ?? 'core.windows.net';
  const service = settings.text('serviceurl');
  const text = settings.text('connectionstring');
  const credentials = credentialsFrom(settings, context.env);
  const own: AzureOptions = {
    container,
    root: settings.text('rootdirectory'),
    legacyRoot: legacyRootFrom(settings),
    skipVerify: settings.flag('skipverify'),
  };
  settings.ignore(...WITHOUT_MEANING);
  settings.warnOfUnknown(context);
  if (text !== undefined && account === undefined) {
    return { ...own, ...fromConnectionString(text, `storage.${source.name}.connectionstring`) };
  }
  const endpoint =
    service ?? (account === undefined ? undefined : `https://${account}.blob.${realm}`);
  return { ...own, account, endpoint, credentials };
}

function credentialsFrom(settings: Settings, env: OpenContext['env']): AzureCredentials {
  const section = settings.section('credentials');
  const key = settings.text('accountkey');
  // Version 3 has them in a section of their own, GitLab's registry beside the others.
  const type =
    section?.text('type') ?? settings.text('credentialstype') ?? settings.text('credentials_type');
  const clientId =
    section?.text('clientid') ?? settings.text('clientid') ?? settings.text('client_id');
  const tenantId =
    section?.text('tenantid') ?? settings.text('tenantid') ?? settings.text('tenant_id');
  const secret = section?.text('secret') ?? settings.text('secret');
  switch (type ?? (key === undefined ? 'default' : 'shared_key')) {
    case 'shared_key':
      if (key !== undefined) return { type: 'key', key };
      throw settings.invalid('accountkey', 'it is missing');
    case 'client_secret':
      if (clientId === undefined || tenantId === undefined || secret === undefined) {
        throw settings.invalid('credentials', 'client_secret needs clientid, tenantid and secret');
      }
      return { type: 'client-secret', tenantId, clientId, secret };
    // The documentation of version 3 spells it both ways.
    case 'default':
    case 'default_credentials':
      return withIds(identityFrom(env), clientId, tenantId);
    default:
      throw settings.invalid(
        'credentials.type',
        'it must be shared_key, client_secret or default_credentials',
      );
  }
}

function withIds(
  credentials: AzureCredentials,
  clientId: string | undefined,
  tenantId: string | undefined,
): AzureCredentials {
  if (credentials.type !== 'identity') return credentials;
  return {
    type: 'identity',
    clientId: clientId ?? credentials.clientId,
    tenantId: tenantId ?? credentials.tenantId,
  };
}

/** GitLab's registry has two opposite switches for one thing, the newer of which wins. */
function legacyRootFrom(settings: Settings): boolean {
  const legacy = settings.flag('legacyrootprefix');
  const trim = settings.flag('trimlegacyrootprefix');
  if (legacy !== undefined && legacy === trim) {
    throw invalid('legacyrootprefix and trimlegacyrootprefix contradict each other');
  }
  return legacy ?? (trim === undefined ? false : !trim);
}
