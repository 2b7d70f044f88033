/** Names that are the same in a URL. */
const PLAIN = /^[A-Za-z0-9\-._~/]*$/;

/** An object's name as the path of a URL, as AWS signs it. */
export function pathOf(name: string): string {
  if (PLAIN.test(name)) return name;
  return name.split('/').map(escapeText).join('/');
}

/** `encodeURIComponent` leaves five characters as they are that AWS escapes. */
function escapeText(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
