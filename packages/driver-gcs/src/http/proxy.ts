/** Variables that name a proxy, by the scheme of what is asked for; the first that is set counts. */
const VARIABLES = {
  'https:': ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'],
  'http:': ['HTTP_PROXY', 'http_proxy'],
} as const;

/** The proxy that the environment names for `endpoint`, as Google's SDK reads it, or `undefined`. */
export function proxyFor(
  endpoint: URL,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const names = endpoint.protocol === 'http:' ? VARIABLES['http:'] : VARIABLES['https:'];
  const proxy = names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  if (proxy === undefined) return undefined;
  const exempt = (env['NO_PROXY'] ?? env['no_proxy'] ?? '').split(',');
  return exempt.some((rule) => isMeant(rule.trim(), endpoint)) ? undefined : proxy;
}

/** Whether a rule of NO_PROXY (`*`, `host`, `.domain`, `*.domain`, `host:port`) is about `endpoint`. */
function isMeant(rule: string, endpoint: URL): boolean {
  if (rule === '') return false;
  if (rule === '*') return true;
  const host = endpoint.hostname.toLowerCase();
  const port =
    endpoint.port === '' ? (endpoint.protocol === 'http:' ? '80' : '443') : endpoint.port;
  const [, name = '', wanted] = /^(.*?)(?::(\d+))?$/.exec(rule.toLowerCase()) ?? [];
  if (wanted !== undefined && wanted !== port) return false;
  const bare = name.replace(/^\*?\./, '');
  return host === bare || host.endsWith(`.${bare}`);
}
