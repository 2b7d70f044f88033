/** What a plan can delete, in the order of deletion: references before referents. */
export const PLAN_KINDS = [
  'upload',
  'tag-index',
  'revision',
  'layer-link',
  'blob',
  'directory',
] as const;
export type PlanKind = (typeof PLAN_KINDS)[number];

/** Why an object goes. Stable. */
export type PlanReason =
  /** Blob: no live manifest refers to it. */
  | 'unreferenced'
  /** Revision: no tag, index or live subject keeps it. */
  | 'untagged'
  /** Tag index entry: its repository no longer has that manifest. */
  | 'revision-gone'
  /** Layer link: its blob goes or is gone. */
  | 'blob-gone'
  /** Link or directory of a repository without manifests, tags and uploads. */
  | 'empty-repository'
  /** Upload: started too long ago. */
  | 'stale-upload'
  /** Directory: nothing is left in it. */
  | 'empty-directory';

/** One object to delete: a line of a plan. */
export interface PlanEntry {
  readonly kind: PlanKind;
  /** Key of the object; of a directory, its prefix, which ends with `/`. */
  readonly key: string;
  readonly reason: PlanReason;
  /** In bytes; 0 where it is not known. */
  readonly size: number;
  readonly digest?: string;
  readonly repository?: string;
  readonly tag?: string;
  /** Revisions go in waves, all of one before any of the next: an index before its children. */
  readonly wave?: number;
  /** Precondition: not written since this time (milliseconds since the epoch, store's clock). */
  readonly modified?: number;
  /** Precondition, where the store can check it. */
  readonly etag?: string;
}
