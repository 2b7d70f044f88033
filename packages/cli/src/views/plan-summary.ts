import { formatBytes, type PlanSummary } from '@dunnage/core';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';
import { displayName } from '../storage/name.ts';
import { counted, KIND_WORDS, KINDS_FOR_READING, numeral, percentage } from './words.ts';

/** What a plan would delete, as a table: shown before the user is asked. */
export function planSummaryText(summary: PlanSummary, style: Style): string[] {
  const rows = KINDS_FOR_READING.flatMap((kind) => {
    const { count, bytes } = summary.byKind[kind];
    if (count === 0) return [];
    const words = KIND_WORDS[kind];
    const share =
      kind === 'blob'
        ? `${percentage(summary.percentOfBlobs)} of all ${counted(summary.blobsInStorage, 'blob')}`
        : '';
    return [
      [
        numeral(count),
        count === 1 ? words.one : words.many,
        (kind === 'blob' || kind === 'upload') && bytes > 0 ? formatBytes(bytes) : '',
        share || style.dim(words.why),
      ],
    ];
  });
  return [
    `${style.bold('To delete')} from ${displayName(summary.storage)}: ${counted(summary.objects, 'object')}, ${formatBytes(summary.bytes)}.`,
    '',
    ...table(rows, { indent: 2, right: [0, 2] }),
  ];
}
