export type { GcsOptions } from './config.ts';
export { createGcsDriver, open } from './driver.ts';
export { registration } from './plugin.ts';
