import type { StorageDriver } from '@dunnage/driver-api';
import type { RetryOptions } from '../layers/retry/retrier.ts';
import type { PlanSummary } from '../plan/summary.ts';
import type { GcEvent } from './events.ts';

/** What every run of the collector takes. */
export interface RunOptions {
  /** Requests in flight at most; default 16. */
  readonly concurrency?: number;
  /** Manifests read in parallel at most; values below 1 count as 1; default: `concurrency`. */
  readonly maxParallelManifestGets?: number;
  /** A manifest larger than this is not read, and so protects its repository; default 32 MiB. */
  readonly manifestMaxBytes?: number;
  /**
   * A storage (not the registry's) that keeps parsed manifests between runs: their content never
   * changes, so no run reads one twice. Default: none.
   */
  readonly cache?: StorageDriver;
  /** Each attempt of a request may take this long, in milliseconds; default 60,000. */
  readonly timeoutMs?: number;
  /** How failed requests are tried again; default: up to 10 attempts, with growing pauses. */
  readonly retry?: Omit<RetryOptions, 'onRetry'>;
  /** Ends the run: the batch in flight is finished, then it fails with `ABORTED`. */
  readonly signal?: AbortSignal;
  /** Progress, findings and phases, as they happen. Must not throw. */
  readonly onEvent?: (event: GcEvent) => void;
}

/** What may go. Part of a plan's header, so that `apply` and `resume` judge by the same rules. */
export interface GcRules {
  /** Untagged manifests go too, unless an index, a referrer's subject or a fallback tag keeps them; default false. */
  readonly deleteUntagged: boolean;
  /** Objects younger than this, in milliseconds by the store's clock, are never candidates; default 1 hour. */
  readonly minAgeMs: number;
  /** Repositories without a manifest, tag or upload lose their last links and directories; default false. */
  readonly removeEmptyRepositories: boolean;
  /** Unfinished uploads started longer ago than this, in milliseconds, go; default: none does. */
  readonly purgeUploadsOlderThanMs: number | null;
}

/** Options of {@link collect}. */
export interface GcOptions extends RunOptions, Partial<GcRules> {
  /** Make the plan, change nothing: the storage is held by a driver that can't write; default false. */
  readonly dryRun?: boolean;
  /** Refuse (`TOO_MUCH_TO_DELETE`) when more than this share of all blobs would go, 0–100; default 50. */
  readonly maxDeletePercent?: number;
  /** Where the plan is written, as NDJSON. It is closed at the end, aborted when the run fails. */
  readonly planTo?: WritableStream<Uint8Array>;
  /** Asked once, after the plan and before the first delete; `false` ends the run as `declined`. */
  readonly confirm?: (summary: PlanSummary) => Promise<boolean>;
  /** Who runs this, for the lock: host, user, process. Default: a random name. */
  readonly owner?: string;
  /** How long the lock lives without renewal, in milliseconds; default 5 minutes. */
  readonly lockTtlMs?: number;
  /**
   * On stores without conditional writes, how long after writing the lock it is looked at again, in milliseconds:
   * longer than any write should take; default 2,000.
   */
  readonly lockSettleMs?: number;
}

/** Options of {@link applyPlan} and {@link resume}: the rules come from the plan. */
export type ApplyOptions = Omit<GcOptions, keyof GcRules | 'dryRun' | 'planTo'>;
