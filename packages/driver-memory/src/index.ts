export { MemoryStore } from './client.ts';
export type { Removal } from './client.ts';
export type { StoreOptions } from './store-options.ts';
export { createMemoryDriver, open } from './driver.ts';
export type { MemoryDriver, MemoryDriverOptions } from './driver.ts';
export { registration } from './plugin.ts';
export { PROFILE_NAMES, PROFILES } from './profiles/index.ts';
export type { Lag, Profile, ProfileName } from './profiles/profile.ts';
