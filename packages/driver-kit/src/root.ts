import { isKey } from '@dunnage/driver-api';
import type { Key, Prefix } from '@dunnage/driver-api';

/**
 * Where in a bucket or container a storage begins: every key has this text before it there.
 * `''`, or something that ends in `/`.
 */
export class Root {
  readonly text: string;

  /** @param directory `registry`, `/a/b/`, or `''` for the whole bucket; leading slashes don't count. */
  static of(directory: string): Root {
    const trimmed = directory.replace(/^\/+|\/+$/g, '');
    return new Root(trimmed === '' ? '' : `${trimmed}/`);
  }

  /** @param text taken as it is: `/` where a registry has put its names below a nameless directory. */
  constructor(text: string) {
    this.text = text;
  }

  /** A key's or prefix's name in the store. */
  nameOf(key: Key | Prefix): string {
    return this.text + key;
  }

  /** The key of a name, or `undefined` where the name is not below the root or can't be a key. */
  keyOf(name: string): Key | undefined {
    if (!name.startsWith(this.text)) return undefined;
    const key = name.slice(this.text.length);
    return isKey(key) ? key : undefined;
  }

  /** The prefix of a name that ends in `/`, or `undefined`. */
  prefixOf(name: string): Prefix | undefined {
    if (!name.endsWith('/')) return undefined;
    const key = this.keyOf(name.slice(0, -1));
    return key === undefined ? undefined : (`${key}/` as Prefix);
  }
}
