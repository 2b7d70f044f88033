/**
 * The first name, in UTF-8 byte order, behind all names that start with `prefix`.
 * `undefined`: no name can be behind them.
 */
export function prefixEnd(prefix: string): string | undefined {
  const points = [...prefix];
  while (points.length > 0) {
    const last = points.pop()?.codePointAt(0) ?? 0;
    // UTF-8 orders as code points do; surrogates are none.
    if (last < 0x10_ffff) {
      return points.join('') + String.fromCodePoint(last === 0xd7_ff ? 0xe0_00 : last + 1);
    }
  }
  return undefined;
}
