import type { Garbage } from '../plan/garbage.ts';
import type { PlanSummary } from '../plan/summary.ts';
import { KindTally } from '../plan/tally.ts';
import { BitSet } from '../packed/bit-set.ts';
import type { Sweep } from '../sweep/sweep.ts';
import { formatBytes } from '../units/size.ts';
import type { GcRules } from './options.ts';
import type { GcReport } from './report.ts';
import type { RunContext } from './run-context.ts';

/** What a report is made of. */
export interface ReportParts {
  readonly context: RunContext;
  readonly storage: string;
  readonly rules: GcRules;
  readonly dryRun: boolean;
  readonly declined?: boolean;
  /** Absent when there were no repositories. */
  readonly garbage?: Garbage | undefined;
  readonly planned?: PlanSummary;
  readonly sweep?: Sweep | undefined;
  /** Said before the standing advice. */
  readonly advice?: readonly string[];
}

/** Puts a run's report together. */
export function buildReport(parts: ReportParts): GcReport {
  const { context, storage, rules, dryRun, garbage, sweep } = parts;
  const { findings } = context;
  const planned = parts.planned ?? new KindTally().summary(storage, 0);
  const partial =
    findings.unjudged > 0 || (sweep !== undefined && sweep.failed + sweep.changed > 0);
  const deleted = sweep?.deleted ?? new KindTally();
  return {
    status: parts.declined === true ? 'declined' : partial ? 'partial' : 'done',
    ...{ dryRun, storage, rules, planned },
    runId: context.runId,
    started: context.now,
    found: found(garbage),
    live: live(garbage),
    spared: garbage?.spared ?? { young: 0, protected: 0 },
    deleted: deleted.byKind,
    freedBytes: dryRun
      ? plannedBytes(context, planned)
      : deleted.bytes - (sweep?.retainedBytes ?? 0),
    alreadyGone: sweep?.alreadyGone ?? 0,
    changed: sweep?.changed ?? 0,
    failed: sweep?.failed ?? 0,
    findings: findings.kept,
    findingCounts: findings.counts,
    durationsMs: context.durationsMs,
    requests: context.counts(),
    advice: [...(parts.advice ?? []), ...standingAdvice(parts, planned)],
  };
}

/** Bytes that would be free after the plan. */
function plannedBytes({ whatFreesSpace }: RunContext, planned: PlanSummary): number {
  return whatFreesSpace === undefined ? planned.bytes : 0;
}

function found(garbage: Garbage | undefined): GcReport['found'] {
  if (garbage === undefined) {
    return {
      repositories: 0,
      tags: 0,
      revisions: 0,
      layerLinks: 0,
      blobs: 0,
      uploads: 0,
      strays: 0,
    };
  }
  const { inventory, blobs, goneLayerLinks } = garbage.stock;
  return {
    repositories: inventory.repositories.size,
    tags: inventory.tagCurrent.size,
    revisions: inventory.revisions.size,
    layerLinks: inventory.layerLinks - goneLayerLinks.size,
    blobs: blobs.count,
    uploads: inventory.uploads,
    strays: inventory.strays,
  };
}

function live(garbage: Garbage | undefined): GcReport['live'] {
  if (garbage === undefined) return { repositories: 0, tags: 0, manifests: 0, blobs: 0 };
  const { inventory, blobs, marks } = garbage.stock;
  const repositories = new BitSet();
  const manifests = new BitSet();
  for (let revision = 0; revision < inventory.revisions.size; revision++) {
    if (garbage.revisionGoes(revision)) continue;
    repositories.add(inventory.revisions.left(revision));
    manifests.add(inventory.manifestOf(revision));
  }
  let liveBlobs = 0;
  for (const digest of blobs.seen.members()) if (marks.live.has(digest)) liveBlobs++;
  return {
    repositories: repositories.size,
    tags: inventory.tagCurrent.size,
    manifests: manifests.size,
    blobs: liveBlobs,
  };
}

function standingAdvice(
  { context, dryRun, sweep, garbage }: ReportParts,
  planned: PlanSummary,
): string[] {
  const advice: string[] = [];
  if (garbage === undefined) {
    advice.push(
      'If this registry should not be empty, check that the storage and its root directory are the right ones.',
    );
  }
  if (sweep !== undefined && sweep.deleted.byKind.blob.count > 0) {
    advice.push(
      "Flush the registry's blob descriptor cache: restart the registry where the cache is in its memory (the default), delete the keys blobs::* and repository::* where it is in Redis. Until then it may say that deleted blobs exist, and the next push of one would be broken.",
    );
  }
  if (sweep !== undefined && sweep.retained > 0) {
    const size = formatBytes(sweep.retainedBytes);
    advice.push(
      `The store still keeps ${sweep.retained} of the deleted objects (${size}), so their space is not free yet. ${context.whatFreesSpace ?? ''}`.trimEnd(),
    );
  }
  if (dryRun && context.whatFreesSpace !== undefined && planned.bytes > 0) {
    advice.push(
      `The store would keep the deleted bytes (${formatBytes(planned.bytes)}), so a real run alone frees none. ${context.whatFreesSpace}`,
    );
  }
  if (context.findings.unjudged > 0) {
    advice.push(
      'Some objects could not be judged, and all that they could refer to was kept: mend what the findings name and run again.',
    );
  }
  if (dryRun && planned.objects > 0) advice.push('Nothing was changed: this was a dry run.');
  return advice;
}
