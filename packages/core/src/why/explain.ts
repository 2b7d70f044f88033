import type { StorageDriver } from '@dunnage/driver-api';
import type { GcRules, RunOptions } from '../gc/options.ts';
import type { Explanation } from './explanation.ts';

export interface ExplainOptions extends RunOptions, Partial<GcRules> {
  /** Default 10. */
  readonly maxChains?: number;
}

/**
 * Says why a blob, manifest or tag stays or goes.
 * @param subject `sha256:…` or `repository:tag` or `repository@sha256:…`.
 * @throws {CoreError} `INVALID_OPTION` for a subject that is none of these.
 */
export declare function explain(driver: StorageDriver, subject: string, options?: ExplainOptions): Promise<Explanation>;
