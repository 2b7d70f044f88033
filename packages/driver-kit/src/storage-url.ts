import { configInvalid, Settings } from './settings.ts';
import { withoutSecrets } from './secrets.ts';

/** A storage's URL, taken apart. */
export interface StorageUrl {
  /** The bucket or container. */
  readonly container: string;
  /** The directory in it, decoded, without slashes around it; `''` for all of it. */
  readonly root: string;
  /** The parameters after `?`; refuse the unknown ones when all known ones were read. */
  readonly settings: Settings;
}

/** How a driver's URLs look. */
export interface StorageUrlRules {
  readonly driver: string;
  /** Without `:`. */
  readonly scheme: string;
  /** An example, for errors. */
  readonly example: string;
  /** Where secrets belong instead, in words: environment variables, files. */
  readonly secretsBelong: string;
  /** Parameters that would be secrets: refused with {@link secretsBelong}. */
  readonly secrets: readonly string[];
}

/**
 * Takes `scheme://container/root?name=value` apart.
 * @throws {StorageError} `CONFIG_INVALID`: what is wrong with it, without showing what may be secret in it.
 */
export function parseStorageUrl(text: string, rules: StorageUrlRules): StorageUrl {
  const { driver, scheme, example, secretsBelong } = rules;
  const invalid = (why: string): Error =>
    configInvalid(
      driver,
      `${JSON.stringify(withoutQuery(text))} names no storage: ${why}; an example is ${example}`,
    );
  const url = URL.parse(text);
  if (url === null || url.protocol !== `${scheme}:`) throw invalid(`it is no ${scheme}:// URL`);
  if (url.username !== '' || url.password !== '') {
    throw invalid(`secrets don't belong in a URL, which other users can see; ${secretsBelong}`);
  }
  if (url.host === '') throw invalid('it names no bucket or container');
  if (url.port !== '') throw invalid('a port belongs in the parameter "endpoint"');
  if (url.hash !== '') throw invalid('it has a "#"; write %23 in a name');
  const given = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (rules.secrets.includes(name.toLowerCase())) {
      throw invalid(`"${name}" is a secret, and other users can see URLs; ${secretsBelong}`);
    }
    if (given.has(name)) throw invalid(`"${name}" is given twice`);
    given.set(name, value);
  }
  return {
    container: decode(url.host, invalid),
    root: decode(url.pathname, invalid).replace(/^\/+|\/+$/g, ''),
    settings: new Settings(driver, given, (name) => `"${name}" in the URL`),
  };
}

/** A URL to show: what comes after its `?` may be a secret under any name. */
function withoutQuery(text: string): string {
  const [before = ''] = text.split('?', 1);
  return withoutSecrets(before) + (text.length > before.length ? '?…' : '');
}

function decode(text: string, invalid: (why: string) => Error): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('it has a "%" that encodes nothing; write %25');
  }
}
