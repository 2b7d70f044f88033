import type { DriverSource, OpenContext } from '@dunnage/driver-api';
import { storageError } from './errors.ts';
import { isProfileName, PROFILE_NAMES } from './profiles/index.ts';
import type { ProfileName } from './profiles/profile.ts';

/** What a URL or a registry's configuration says. */
export interface MemoryConfig {
  readonly name: string;
  readonly profile: ProfileName | undefined;
}

/** The store that a registry's own configuration means by `inmemory`. */
const REGISTRY_STORE = 'inmemory';

/** @throws `CONFIG_INVALID`, naming the part and what is accepted. */
export function parseConfig(
  source: DriverSource,
  context: Pick<OpenContext, 'warn'>,
): MemoryConfig {
  if (source.from === 'url') return parseUrl(source.url, context);
  for (const parameter of Object.keys(source.parameters)) {
    context.warn(`storage.${source.name}.${parameter} is unknown and ignored`);
  }
  return { name: REGISTRY_STORE, profile: undefined };
}

function parseUrl(text: string, context: Pick<OpenContext, 'warn'>): MemoryConfig {
  const url = URL.parse(text);
  if (url?.protocol !== 'mem:') throw invalid(text, 'it does not begin with mem://');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(url.host)) {
    throw invalid(text, 'the name after mem:// is made of letters, digits, ".", "_" and "-"');
  }
  if (url.pathname !== '' && url.pathname !== '/') throw invalid(text, 'it has no path');
  for (const parameter of url.searchParams.keys()) {
    if (parameter !== 'profile')
      context.warn(`the parameter "${parameter}" is unknown and ignored`);
  }
  const profile = url.searchParams.get('profile') ?? undefined;
  if (profile !== undefined && !isProfileName(profile)) {
    throw invalid(text, `profile is one of ${PROFILE_NAMES.join(', ')}`);
  }
  return { name: url.host, profile };
}

function invalid(url: string, why: string): Error {
  const message = `${JSON.stringify(url)} names no memory storage: ${why}; an example is mem://demo?profile=s3`;
  return storageError('CONFIG_INVALID', 'open', message);
}
