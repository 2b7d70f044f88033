import type { Digest } from '../layout/digest.ts';

/** How a manifest refers to something. Order matters: the number is what is stored. */
export const ROLES = ['config', 'layer', 'child', 'subject'] as const;
export type Role = (typeof ROLES)[number];

/** One reference of a manifest. */
export interface Reference {
  readonly digest: Digest;
  readonly role: Role;
  /** Its content may live elsewhere (a foreign layer), so that it is no fault when the blob is missing. */
  readonly optional: boolean;
}

/** What a manifest says, as far as a collector cares. */
export interface Manifest {
  readonly references: readonly Reference[];
  /** The registry's first format: its signatures are linked beside its revision. */
  readonly schema1: boolean;
  /** An index that refers to layers directly, as BuildKit's registry cache does. */
  readonly indexWithLayers: boolean;
  /** Set where the media type is not known: then everything that looks like a digest is a reference. */
  readonly unknownMediaType?: string;
}
