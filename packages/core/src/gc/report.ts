import type { PlanSummary } from '../plan/summary.ts';
import type { PlanKind } from '../plan/entry.ts';
import type { Phase } from './events.ts';
import type { Finding } from './finding.ts';
import type { GcRules } from './options.ts';

/** What a run did: numbers that add up, in plain data. */
export interface GcReport {
  /**
   * `'done'`: all that was planned is done (or, in a dry run, planned). `'partial'`: some objects could not be
   * judged or deleted: see the findings of severity `unjudged`. `'declined'`: {@link GcOptions.confirm} said no.
   */
  readonly status: 'done' | 'partial' | 'declined';
  readonly dryRun: boolean;
  readonly storage: string;
  readonly runId: string;
  /** Milliseconds since the Unix epoch, by the store's clock. */
  readonly started: number;
  readonly rules: GcRules;
  /** What is there. */
  readonly found: {
    readonly repositories: number;
    readonly tags: number;
    /** Revision links: (repository, manifest) pairs. */
    readonly revisions: number;
    readonly layerLinks: number;
    readonly blobs: number;
    readonly uploads: number;
    readonly strays: number;
  };
  /** What stays because something needs it. */
  readonly live: {
    readonly repositories: number;
    readonly tags: number;
    /** Distinct manifests. */
    readonly manifests: number;
    readonly blobs: number;
  };
  /** What stays though nothing is known to need it. */
  readonly spared: {
    /** Younger than the minimum age. */
    readonly young: number;
    /** Protected by something in their repository that could not be read. */
    readonly protected: number;
  };
  readonly planned: PlanSummary;
  /** What went, by kind; all zero in a dry run. */
  readonly deleted: Readonly<Record<PlanKind, Tally>>;
  /** Bytes that are free now, and would be after a dry run's plan: blobs and uploads. */
  readonly freedBytes: number;
  /** In the plan, but already gone when its turn came. */
  readonly alreadyGone: number;
  /** In the plan, but changed or in use when its turn came, so left alone. */
  readonly changed: number;
  readonly failed: number;
  /** The first 1,000 of each severity; {@link findingCounts} counts them all. */
  readonly findings: readonly Finding[];
  readonly findingCounts: Readonly<Record<string, number>>;
  readonly durationsMs: Readonly<Partial<Record<Phase, number>>>;
  /** Requests made to the storage, by verb, and items in bulk verbs. */
  readonly requests: Readonly<Record<string, number>>;
  /** What the operator should do now, in sentences. */
  readonly advice: readonly string[];
}

/** A number of objects and their size in bytes. */
export interface Tally {
  readonly count: number;
  readonly bytes: number;
}
