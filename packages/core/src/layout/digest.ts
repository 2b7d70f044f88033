/**
 * A content digest, `<algorithm>:<lower-case hex>`. Algorithms whose name has several parts are kept as the path
 * spells them, joined by `/` (`tarsum/v1/sha256`), because there `+`, `.` and `;` can't be told apart.
 */
export type Digest = string & { readonly __brand: 'Digest' };

const ALGORITHM = /^[a-z0-9]+(?:[/_-][a-z0-9]+)*$/;
/** Other algorithms may encode as they like; shorter than this it is no hash but a part of an algorithm's path. */
const ENCODED = /^[a-zA-Z0-9=_-]{32,}$/;
const SHA256_HEX_LENGTH = 64;
const SHA256_LENGTH = 'sha256:'.length + SHA256_HEX_LENGTH;
const SHA512_HEX_LENGTH = 128;

/** The digest that `text` is, or `undefined`. Upper-case hex is refused, as the registry does. */
export function parseDigest(text: string): Digest | undefined {
  // Nearly all are: nothing is to be made then.
  if (text.startsWith('sha256:')) {
    return text.length === SHA256_LENGTH && isHex(text, 7) ? (text as Digest) : undefined;
  }
  const colon = text.indexOf(':');
  if (colon <= 0) return undefined;
  return makeDigest(text.slice(0, colon).replace(/[+.;]/g, '/'), text.slice(colon + 1));
}

/** The digest made of an algorithm, as paths spell it, and a hash; `undefined` when they can't be one. */
export function makeDigest(algorithm: string, hex: string): Digest | undefined {
  if (algorithm === 'sha256') {
    if (hex.length !== SHA256_HEX_LENGTH || !isHex(hex, 0)) return undefined;
  } else if (algorithm === 'sha512') {
    if (hex.length !== SHA512_HEX_LENGTH || !isHex(hex, 0)) return undefined;
  } else if (!ALGORITHM.test(algorithm) || !ENCODED.test(hex)) {
    return undefined;
  }
  return `${algorithm}:${hex}` as Digest;
}

/** True when `text` is lower-case hex from `start` on. A loop: the regular expression took thrice the time. */
function isHex(text: string, start: number): boolean {
  for (let index = start; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    const digit = unit >= 0x30 && unit <= 0x39;
    if (!digit && !(unit >= 0x61 && unit <= 0x66)) return false;
  }
  return true;
}

/** `sha256:abc…` → `['sha256', 'abc…']`. */
export function splitDigest(digest: Digest): readonly [algorithm: string, hex: string] {
  const colon = digest.indexOf(':');
  return [digest.slice(0, colon), digest.slice(colon + 1)];
}
