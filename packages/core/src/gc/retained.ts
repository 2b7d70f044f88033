import type { Capabilities } from '@dunnage/driver-api';

/** What frees the bytes that a store keeps of deleted objects, as sentences; `undefined` where it keeps none. */
export function whatFreesThem({
  versions,
  delete: { freesSpace },
}: Pick<Capabilities, 'versions' | 'delete'>): string | undefined {
  if (freesSpace === 'immediately' || freesSpace === 'unknown') return undefined;
  const sentences: string[] = [];
  if (versions === 'enabled' || versions === 'suspended') {
    sentences.push(
      'It keeps them as older versions: a lifecycle rule that expires noncurrent versions frees them, also those of earlier runs.',
    );
  }
  if (freesSpace === 'after-retention') {
    sentences.push(
      'It keeps what is deleted for a while (soft delete, retention): that time frees it, and a shorter one in the settings of the bucket or account frees it sooner.',
    );
  }
  return sentences.length > 0 ? sentences.join(' ') : 'Its settings say for how long.';
}
