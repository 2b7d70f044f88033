/** Real registry trees on any driver: for scenarios, demos and benchmarks. */
export { damage } from './damage.ts';
export { fallbackTag, RegistryBuilder } from './builder.ts';
export { bytesOf, digestOf, splitDigest, type Content, type Digest } from './digest.ts';
export type { Blob, Descriptor } from './manifests.ts';
export { mediaTypes } from './media-types.ts';
export * from './paths.ts';
export { populate, type Populated, type PopulateSpec } from './populate.ts';
export type * from './specs.ts';
export { RegistryStore, type RegistryStorage, type StoreHooks } from './store.ts';
export { verify, type Problem, type Verified, type VerifyOptions } from './verify.ts';
