import type { PlanKind } from './entry.ts';

/** What a plan would do, in numbers. */
export interface PlanSummary {
  readonly storage: string;
  readonly byKind: Readonly<Record<PlanKind, { readonly count: number; readonly bytes: number }>>;
  /** All lines of the plan. */
  readonly objects: number;
  /** Bytes in its blobs and uploads. */
  readonly bytes: number;
  /** All blobs in the storage, and which share of them would go, 0–100. */
  readonly blobsInStorage: number;
  readonly percentOfBlobs: number;
}
