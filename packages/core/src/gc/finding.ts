/** What a run came across. Stable. */
export type FindingCode =
  /** No `repositories` directory: nothing to collect. */
  | 'no-repositories'
  /** A tag's link is empty, malformed or can't be read: all manifests of its repository are kept. */
  | 'tag-unreadable'
  /** A tag points at a manifest that its repository does not have. */
  | 'tag-dangling'
  /** A revision link is empty, malformed or can't be read; it counts as the manifest its path names. */
  | 'revision-unreadable'
  /** A layer link is empty, malformed or can't be read; it counts as the blob its path names, and stays. */
  | 'layer-link-unreadable'
  /** A manifest's blob can't be read (no permission, no answer): its repository is protected. */
  | 'manifest-unreadable'
  /** A manifest's bytes don't have its digest, aren't JSON or aren't a manifest: its repository is protected. */
  | 'manifest-corrupt'
  /** A linked manifest has no blob: what it referred to can't be known, its repository is protected. */
  | 'manifest-missing'
  /** A media type that is not known: everything that looks like a reference in it is kept. */
  | 'media-type-unknown'
  /** An index refers to layers directly, as BuildKit's registry cache does: they are kept. */
  | 'index-with-layers'
  /** An index names a child that its repository does not have. */
  | 'child-missing'
  /** A live manifest refers to a blob that is not there: the image can't be pulled. */
  | 'blob-missing'
  /** A layer link leads to another digest than its path: the target is kept. */
  | 'alias'
  /** A key that is no part of a registry's layout: left alone. */
  | 'stray'
  /** An object changed or came into use since the plan: left alone. */
  | 'changed'
  /** An object could not be deleted. */
  | 'delete-failed'
  /** Deleted objects keep their bytes: versioning, soft delete or retention. */
  | 'space-not-freed'
  /** A lock, cache or journal of ours could not be read or kept; the collection is not affected. */
  | 'housekeeping';

/** `'info'`: good to know. `'warning'`: look into it. `'unjudged'`: something could not be judged or done, so less went than might have. */
export type Severity = 'info' | 'warning' | 'unjudged';

/** Something that a person should hear of. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** What was found and what follows, with the key in it. */
  readonly message: string;
  /** What to do. */
  readonly advice?: string;
  readonly key?: string;
  readonly repository?: string;
  readonly digest?: string;
  readonly tags?: readonly string[];
}
