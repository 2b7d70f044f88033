import { CoreError } from '../errors.ts';
import type { PlanSummary } from '../plan/summary.ts';
import type { Settings } from './settings.ts';

/**
 * Refuses a plan that would delete more than anyone should expect: a wrong root or a lost directory looks just like
 * that.
 * @throws {CoreError} `TOO_MUCH_TO_DELETE`.
 */
export function checkGuards(planned: PlanSummary, { maxDeletePercent }: Settings): void {
  const { percentOfBlobs, blobsInStorage, byKind } = planned;
  if (percentOfBlobs <= maxDeletePercent) return;
  throw new CoreError({
    code: 'TOO_MUCH_TO_DELETE',
    message: `${byKind.blob.count} of ${blobsInStorage} blobs (${percentOfBlobs} %) would go, more than the ${maxDeletePercent} % that are allowed`,
    advice:
      'Nothing was deleted. Look at the plan (dry run); if it is right, allow more with maxDeletePercent (--max-delete-percent).',
  });
}
