import { PLAN_KINDS, type PlanEntry, type PlanKind } from './entry.ts';
import type { PlanSummary } from './summary.ts';

/** Counts objects and bytes by kind. */
export class KindTally {
  readonly byKind = Object.fromEntries(
    PLAN_KINDS.map((kind) => [kind, { count: 0, bytes: 0 }]),
  ) as Record<PlanKind, { count: number; bytes: number }>;
  objects = 0;

  add({ kind, size }: Pick<PlanEntry, 'kind' | 'size'>): void {
    const tally = this.byKind[kind];
    tally.count++;
    tally.bytes += size;
    this.objects++;
  }

  /** Bytes of content: links are too small to speak of, and are not counted by those who pay. */
  get bytes(): number {
    return this.byKind.blob.bytes + this.byKind.upload.bytes;
  }

  summary(storage: string, blobsInStorage: number): PlanSummary {
    const { objects, bytes, byKind } = this;
    const share = blobsInStorage === 0 ? 0 : (byKind.blob.count / blobsInStorage) * 100;
    const percentOfBlobs = Math.round(share * 100) / 100;
    return { storage, byKind, objects, bytes, blobsInStorage, percentOfBlobs };
  }
}
