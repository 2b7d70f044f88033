/** What a person calls a storage: its last part, short enough to be typed as a confirmation. */
export function shortName(id: string): string {
  const [address = ''] = id.split(/[?#]/);
  const parts = address
    .replace(/^[a-z][a-z0-9+.-]*:/i, '')
    .split('/')
    .filter((part) => part !== '');
  const last = parts.at(-1);
  return last === undefined ? id : decode(last);
}

/** A file URL as the path it names; any other id as it is. */
export function displayName(id: string): string {
  return id.startsWith('file:///') && !id.includes('?') ? decode(id.slice('file://'.length)) : id;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
