export { resolveConfig } from './config.ts';
export type { FsConfig, FsOptions, Mode } from './config.ts';
export { createFsDriver, open } from './driver.ts';
export { toStorageError } from './errors.ts';
export { registration } from './plugin.ts';
