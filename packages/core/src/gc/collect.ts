import type { StorageDriver } from '@dunnage/driver-api';
import type { ApplyOptions, GcOptions } from './options.ts';
import type { GcReport } from './report.ts';

/**
 * Collects a registry's garbage: takes stock, marks what is live, plans, and (unless `dryRun`) sweeps.
 * @throws {CoreError} `DATABASE_IN_USE`, `LOCKED`, `TOO_MUCH_TO_DELETE`, `LISTING_INCOMPLETE`, `ABORTED`, `INVALID_OPTION`.
 */
export declare function collect(driver: StorageDriver, options?: GcOptions): Promise<GcReport>;
/**
 * Applies a plan that an earlier run wrote: takes stock and marks anew, then deletes what is both in the plan and
 * still garbage, unchanged. What is not is reported as `changed`.
 * @throws {CoreError} also `PLAN_INVALID`, `PLAN_FOREIGN`.
 */
export declare function applyPlan(driver: StorageDriver, plan: AsyncIterable<Uint8Array>, options?: ApplyOptions): Promise<GcReport>;
/** Goes on with an interrupted sweep from its journal. @throws {CoreError} also `NOTHING_TO_RESUME`. */
export declare function resume(driver: StorageDriver, options?: ApplyOptions): Promise<GcReport>;
