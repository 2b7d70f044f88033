import { formatBytes, type Explanation, type ExplanationStep } from '@dunnage/core';
import type { Style } from '../output/style.ts';
import { widthOf, wrap } from '../output/wrap.ts';
import { counted } from './words.ts';

/** Why something stays or goes: the verdict in a sentence, then each chain from its root to the subject. */
export function explanationText(explanation: Explanation, style: Style, columns: number): string[] {
  const { subject, verdict, summary, size, modified, chains, chainCount } = explanation;
  const facts = [
    ...(size === undefined ? [] : [formatBytes(size)]),
    ...(modified === undefined ? [] : [`written ${new Date(modified).toISOString()}`]),
  ];
  const lines = [style.bold(subjectText(subject))];
  if (facts.length > 0) lines.push(style.dim(facts.join(', ')));
  const paint = colourOf(verdict, style);
  lines.push('', ...wrap(summary, columns).map((line) => paint(line)));
  for (const chain of chains)
    lines.push('', ...chainLines(chain, style).map((line) => fit(line, columns)));
  const hidden = chainCount - chains.length;
  if (hidden > 0) {
    lines.push('', style.dim(`… and ${counted(hidden, 'more chain')} (--max-chains shows more).`));
  }
  return lines;
}

function subjectText({ repository, tag, digest }: Explanation['subject']): string {
  if (tag !== undefined) return `${repository}:${tag}${digest === undefined ? '' : ` → ${digest}`}`;
  return repository === undefined ? String(digest) : `${repository}@${digest}`;
}

function colourOf(verdict: Explanation['verdict'], style: Style): (text: string) => string {
  if (verdict === 'garbage') return style.red;
  return verdict === 'live' ? style.green : style.yellow;
}

/** One step a line, each indented below what holds it. */
function chainLines(chain: readonly ExplanationStep[], style: Style): string[] {
  return chain.map((step, depth) => {
    const branch = depth === 0 ? '' : `${'   '.repeat(depth - 1)}${style.dim('└─')} `;
    const via = step.via === undefined ? '' : VIA[step.via];
    const note = step.note === undefined ? '' : style.dim(` (${step.note})`);
    return `  ${branch}${style.dim(via)}${via === '' ? '' : ' '}${stepText(step)}${note}`;
  });
}

/** Shortens the digests of a line that would not fit: the one that was asked for stands above in full. */
function fit(line: string, columns: number): string {
  return widthOf(line) <= columns ? line : line.replace(/(:[0-9a-f]{12})[0-9a-f]{20,}/g, '$1…');
}

const VIA: Readonly<Record<NonNullable<ExplanationStep['via']>, string>> = {
  tag: 'points at',
  revision: 'has',
  child: 'lists',
  config: 'has as its config',
  layer: 'has as a layer',
  subject: 'is the subject of',
  'fallback-tag': 'is named by the tag of',
  alias: 'is an alias of',
  protection: 'may need',
};

function stepText({ kind, repository, tag, digest }: ExplanationStep): string {
  switch (kind) {
    case 'tag':
      return `tag ${repository}:${tag}`;
    case 'repository':
      return `repository ${repository}`;
    case 'revision':
      return `manifest ${repository}@${digest}`;
    default:
      return `${kind} ${digest}`;
  }
}
