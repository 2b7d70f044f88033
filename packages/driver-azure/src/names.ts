/** Most characters (UTF-16 units) of a blob's name. */
export const MAX_NAME = 1024;

/** Most segments of a blob's name in a flat namespace. A hierarchical one says itself when there are too many. */
const MAX_SEGMENTS = 254;

/**
 * Why the store can't have a blob of this name, or would call it otherwise, in words; `undefined` where it can. What
 * it changes without a word must not get there: a delete would hit another blob.
 */
export function explainName(name: string): string | undefined {
  if (name.length > MAX_NAME)
    return `its name in the container has more than ${MAX_NAME} characters`;
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name))
    return 'it has a control character, which the store refuses';
  if (name.includes('\\')) return 'it has a "\\", which the store may take for a "/"';
  if (/\.(?:\/|$)/.test(name)) return 'a segment of it ends in ".", which the store would drop';
  if (name.split('/').length > MAX_SEGMENTS) return `it has more than ${MAX_SEGMENTS} segments`;
  return undefined;
}
