export type { AzureCredentials, AzureOptions } from './config/index.ts';
export { createAzureDriver, open } from './driver.ts';
export { registration } from './plugin.ts';
