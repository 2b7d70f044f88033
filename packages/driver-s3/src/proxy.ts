import { configInvalid } from '@dunnage/driver-kit';
import { DRIVER } from './errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The proxy through which requests to `target` go: `HTTPS_PROXY` or `HTTP_PROXY` by its scheme (or in lower
 * case, or `ALL_PROXY`), unless `NO_PROXY` names the host.
 * @throws {StorageError} `CONFIG_INVALID` where it is no http or https URL.
 */
export function proxyFor(protocol: 'http:' | 'https:', host: string, env: Env): URL | undefined {
  const name = protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const text = lookUp(env, name) ?? lookUp(env, 'all_proxy');
  if (text === undefined || exempt(host, protocol, lookUp(env, 'no_proxy'))) return undefined;
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url !== null && ['http:', 'https:'].includes(url.protocol)) return url;
  throw configInvalid(DRIVER, `the proxy in ${name.toUpperCase()} must be an http or https URL`);
}

function lookUp(env: Env, name: string): string | undefined {
  const value = env[name] ?? env[name.toUpperCase()];
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

/** `NO_PROXY`: host names and what ends in them, with or without a port; `*` is all. */
function exempt(host: string, protocol: string, noProxy: string | undefined): boolean {
  if (noProxy === undefined) return false;
  const url = new URL(`${protocol}//${host}`);
  const port = url.port === '' ? (protocol === 'https:' ? '443' : '80') : url.port;
  return noProxy.split(/[\s,]+/).some((entry) => {
    if (entry === '') return false;
    if (entry === '*') return true;
    const [, name = '', only] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (name === '' || (only !== undefined && only !== port)) return false;
    const suffix = name.replace(/^\*?\./, '');
    return url.hostname === suffix || url.hostname.endsWith(`.${suffix}`);
  });
}
