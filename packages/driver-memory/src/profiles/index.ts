import { AZURE } from './azure.ts';
import { EVENTUAL } from './eventual.ts';
import { FS } from './fs.ts';
import { GCS } from './gcs.ts';
import { PLAIN } from './plain.ts';
import type { Profile, ProfileName } from './profile.ts';
import { S3, S3_VERSIONED } from './s3.ts';

/** All profiles by name. */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  fs: FS,
  s3: S3,
  's3-versioned': S3_VERSIONED,
  gcs: GCS,
  azure: AZURE,
  eventual: EVENTUAL,
  plain: PLAIN,
};

/** Names of all profiles, for tests that run on each. */
export const PROFILE_NAMES = Object.keys(PROFILES) as readonly ProfileName[];

export function isProfileName(text: string): text is ProfileName {
  return Object.hasOwn(PROFILES, text);
}
