import { CoreError } from '../errors.ts';
import { parseDigest, type Digest } from '../layout/digest.ts';

/** What is asked about. */
export type Subject =
  | { readonly kind: 'digest'; readonly digest: Digest; readonly repository?: string }
  | { readonly kind: 'tag'; readonly repository: string; readonly tag: string };

/** Reads `sha256:…`, `repository@sha256:…` or `repository:tag`. @throws {CoreError} `INVALID_OPTION`. */
export function parseSubject(text: string): Subject {
  const at = text.lastIndexOf('@');
  const digest = parseDigest(text.slice(at + 1));
  if (digest !== undefined) {
    return at > 0
      ? { kind: 'digest', digest, repository: text.slice(0, at) }
      : { kind: 'digest', digest };
  }
  const colon = text.lastIndexOf(':');
  const tag = text.slice(colon + 1);
  const repository = text.slice(0, colon);
  const cutDigest = /^sha(?:256|384|512)$/i.test(repository);
  if (at < 0 && colon > 0 && !cutDigest && /^[\w][\w.-]{0,127}$/.test(tag)) {
    return { kind: 'tag', repository, tag };
  }
  throw new CoreError({
    code: 'INVALID_OPTION',
    message: `${JSON.stringify(text)} is neither a digest nor a tag`,
    advice:
      'Ask about a digest (sha256:<64 hex digits>), a manifest (team/app@sha256:…) or a tag (team/app:1.2).',
  });
}
