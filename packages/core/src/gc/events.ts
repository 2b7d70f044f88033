import type { PlanSummary } from '../plan/summary.ts';
import type { Finding } from './finding.ts';

/** The steps of a run, in order. */
export type Phase = 'inventory' | 'mark' | 'plan' | 'sweep';

/** What a run tells while it goes. */
export type GcEvent =
  | { readonly type: 'phase-start'; readonly phase: Phase }
  | { readonly type: 'phase-end'; readonly phase: Phase; readonly durationMs: number }
  | {
      readonly type: 'progress';
      readonly phase: Phase;
      /** What `done` and `total` count. */
      readonly unit: 'repositories' | 'manifests' | 'blobs' | 'objects';
      readonly done: number;
      /** Where it is known. */
      readonly total?: number;
      /** Bytes freed so far, while sweeping. */
      readonly bytes?: number;
    }
  | { readonly type: 'finding'; readonly finding: Finding }
  | { readonly type: 'planned'; readonly summary: PlanSummary }
  /** Somebody's expired lock was taken over. */
  | { readonly type: 'lock-taken-over'; readonly key: string; readonly from: string }
  /** A request failed and is tried again after `delayMs`. */
  | {
      readonly type: 'retry';
      readonly op: string;
      readonly attempt: number;
      readonly delayMs: number;
      readonly error: Error;
    };
