/**
 * A pattern for paths of the JSON API: `/b/:/o/:` matches `/storage/v1/b/BUCKET/o/OBJECT`, with and
 * without `/download` before it, and `/upload/...` what is uploaded. A name is one segment: slashes in
 * it come percent-encoded.
 */
export function pathPattern(path: string): RegExp {
  const upload = path.startsWith('/upload/');
  const rest = (upload ? path.slice('/upload'.length) : path).replaceAll(':', '([^/]+)');
  const prefix = upload
    ? '(?:/resumable)?/upload/storage/v1'
    : // The SDK takes STORAGE_EMULATOR_HOST for all of the base address and adds no version to it.
      '(?:(?:/download)?/storage/v1)?';
  return new RegExp(`^${prefix}${rest}$`);
}
