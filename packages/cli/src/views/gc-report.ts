import {
  formatBytes,
  formatDuration,
  type Finding,
  type GcReport,
  type PlanKind,
  type Tally,
} from '@dunnage/core';
import type { Style } from '../output/style.ts';
import { hang } from '../output/wrap.ts';
import { displayName } from '../storage/name.ts';
import { requestsText } from './requests.ts';
import {
  counted,
  KIND_WORDS,
  KINDS_FOR_READING,
  listed,
  numeral,
  percentage,
  sentence,
} from './words.ts';

const LABEL = 11;

/** The last lines of a collection: what a person wants to know, and can check. */
export function reportText(report: GcReport, style: Style, columns: number): string[] {
  const row = (label: string, text: string) =>
    `${style.dim(label.padEnd(LABEL))}${hang(text, LABEL, columns)}`;
  const lines = [headline(report, style), ''];
  lines.push(row('Storage', displayName(report.storage)));
  lines.push(row('Live', liveText(report)));
  for (const [at, text] of goneTexts(report).entries()) {
    const label = report.dryRun ? 'To delete' : 'Deleted';
    lines.push(row(at === 0 ? label : '', text));
  }
  for (const [at, text] of keptTexts(report).entries())
    lines.push(row(at === 0 ? 'Kept' : '', text));
  for (const [at, text] of unjudgedTexts(report).entries()) {
    lines.push(row(at === 0 ? 'Unjudged' : '', text));
  }
  lines.push(row('Requests', requestsText(report.requests)));
  if (report.advice.length > 0) lines.push('');
  for (const advice of report.advice) lines.push(`${style.cyan('→')} ${hang(advice, 2, columns)}`);
  return lines;
}

function headline(report: GcReport, style: Style): string {
  const bytes = formatBytes(report.freedBytes);
  const total = Object.values(report.durationsMs).reduce((sum, ms) => sum + ms, 0);
  const took = `in ${formatDuration(total)}`;
  if (report.status === 'declined') {
    return `${style.yellow('Nothing was deleted')}: you did not agree.`;
  }
  if (report.dryRun) {
    const nothing = report.planned.objects === 0;
    const would = nothing ? 'there is nothing to delete' : `a real run would free ${bytes}`;
    const but = report.status === 'partial' ? '; not everything could be judged' : '';
    return `${style.bold('Dry run:')} ${would}${but}. Took ${formatDuration(total)}.`;
  }
  if (report.status === 'partial') {
    return `${style.yellow('Partly done')} ${took}: ${bytes} freed; some objects could not be judged or deleted.`;
  }
  const anything = KINDS_FOR_READING.some((kind) => report.deleted[kind].count > 0);
  if (!anything) return `${style.green('Done')} ${took}: there was nothing to delete.`;
  return `${style.green('Done')} ${took}: ${style.bold(`${bytes} freed`)}.`;
}

function liveText({ live }: GcReport): string {
  return listed([
    counted(live.repositories, 'repository', 'repositories'),
    counted(live.tags, 'tag'),
    counted(live.manifests, 'manifest'),
    counted(live.blobs, 'blob'),
  ]);
}

function goneTexts(report: GcReport): string[] {
  const byKind: Readonly<Record<PlanKind, Tally>> = report.dryRun
    ? report.planned.byKind
    : report.deleted;
  const texts = KINDS_FOR_READING.flatMap((kind) => {
    const { count, bytes } = byKind[kind];
    if (count === 0) return [];
    const { one, many, why } = KIND_WORDS[kind];
    const size =
      (kind === 'blob' || kind === 'upload') && bytes > 0 ? `, ${formatBytes(bytes)}` : '';
    const share =
      kind === 'blob' && report.dryRun
        ? `, ${percentage(report.planned.percentOfBlobs)} of all blobs`
        : '';
    return [`${counted(count, one, many)}${size}${share} (${why})`];
  });
  if (report.alreadyGone > 0) {
    texts.push(`${counted(report.alreadyGone, 'planned object')} had already gone`);
  }
  return texts.length > 0 ? texts : ['nothing'];
}

function keptTexts({ spared, changed, rules }: GcReport): string[] {
  const texts: string[] = [];
  if (spared.young > 0) {
    texts.push(
      `${counted(spared.young, 'object')} younger than ${formatDuration(rules.minAgeMs)}, which a push may be about to use`,
    );
  }
  if (spared.protected > 0) {
    texts.push(
      `${counted(spared.protected, 'object')} that something unreadable in the same repository may need`,
    );
  }
  if (changed > 0) {
    texts.push(`${counted(changed, 'object')} that changed or came into use since the plan`);
  }
  return texts;
}

/** One line for each kind of finding that left something undone. */
function unjudgedTexts({ findings, findingCounts, failed }: GcReport): string[] {
  const texts: string[] = [];
  const seen = new Set<string>();
  for (const finding of findings) {
    if (finding.severity !== 'unjudged' || seen.has(finding.code)) continue;
    seen.add(finding.code);
    const more = (findingCounts[finding.code] ?? 1) - 1;
    texts.push(finding.message + (more > 0 ? ` … and ${numeral(more)} more like it` : ''));
  }
  if (failed > 0 && !seen.has('delete-failed')) {
    texts.push(`${counted(failed, 'object')} could not be deleted`);
  }
  return texts;
}

/** The label of a finding on a terminal, by how bad it is. */
export function findingText(finding: Finding, style: Style, columns: number): string {
  const label = {
    info: style.dim('Note:'),
    warning: style.yellow('Warning:'),
    unjudged: style.red('Unjudged:'),
  }[finding.severity];
  const text =
    finding.advice === undefined
      ? finding.message
      : `${sentence(finding.message)} ${finding.advice}`;
  return `${label} ${hang(text, 2, columns - 10)}`;
}
