export { MemoryStore } from './client.ts';
export type { Removal, StoreOptions } from './client.ts';
export { createMemoryDriver, open } from './driver.ts';
export type { MemoryDriver, MemoryDriverOptions } from './driver.ts';
export { registration } from './plugin.ts';
export { PROFILE_NAMES, PROFILES } from './profiles/index.ts';
export type { Lag, Profile, ProfileName } from './profiles/profile.ts';
