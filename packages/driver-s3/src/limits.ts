/** Entries on a page of any listing, at most. */
export const MAX_PAGE = 1000;

/** Bytes of an object, at most. */
export const MAX_BYTES = 5 * 1024 ** 4;
