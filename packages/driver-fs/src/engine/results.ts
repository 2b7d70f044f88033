import type { Result } from '../steps/jobs.ts';

/** Results of a batch's first items, taken one by one and in order. */
export interface Results {
  readonly length: number;
  /** The next one, at most {@link length} times. */
  next(): Result;
}

/** Results that are there already. */
export function resultsOf(results: readonly Result[]): Results {
  let index = 0;
  return { length: results.length, next: () => results[index++] as Result };
}
