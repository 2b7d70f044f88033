import { widthOf } from './wrap.ts';

/** Columns side by side, two spaces apart; the last one is not padded. Numbers are aligned by `right`. */
export function table(
  rows: readonly (readonly string[])[],
  { indent = 0, right = [] }: { indent?: number; right?: readonly number[] } = {},
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, widthOf(cell));
  }
  return rows.map((row) =>
    (
      ' '.repeat(indent) +
      row
        .map((cell, at) => {
          const padding = ' '.repeat((widths[at] ?? 0) - widthOf(cell));
          return right.includes(at) ? padding + cell : cell + padding;
        })
        .join('  ')
    ).trimEnd(),
  );
}
