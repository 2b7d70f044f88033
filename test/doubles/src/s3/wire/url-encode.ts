/** What `encoding-type=url` does: form encoding, so that a space is `+`; slashes stay as they are. */
export function encodeName(name: string): string {
  return encodeURIComponent(wellFormed(name))
    .replace(/[!'()~]/g, percent)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
}

/** What signatures are computed from (RFC 3986). */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(wellFormed(text)).replace(/[!'()*]/g, percent);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}
