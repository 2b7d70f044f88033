export { startGcsDouble } from './double.ts';
export type { GcsDouble, GcsDoubleOptions, GcsRequest } from './double.ts';
export type { Container as GcsContainer } from './container.ts';
export type { BucketSettings as GcsBucketSettings } from './store/bucket-settings.ts';
export type {
  Generation as GcsGeneration,
  ObjectFacts as GcsObjectFacts,
} from './store/generation.ts';
