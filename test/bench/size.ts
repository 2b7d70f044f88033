/** A number of blobs as people write it: `1k`, `10k`, `1m`. */
export function parseSize(text: string): number {
  const match = /^(\d+)(k|m)?$/.exec(text.trim());
  if (match === null) throw new Error(`${text} is no size: write 1k, 10k or 100k`);
  return Number(match[1]) * ({ k: 1e3, m: 1e6 }[match[2] ?? ''] ?? 1);
}
