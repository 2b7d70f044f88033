import { ABORT } from './areas/abort.ts';
import { BASICS } from './areas/basics.ts';
import { BULK_VERBS } from './areas/bulk.ts';
import { CONCURRENCY } from './areas/concurrency.ts';
import { CONDITIONS } from './areas/conditions.ts';
import { CONSISTENCY } from './areas/consistency.ts';
import { DELETE } from './areas/delete.ts';
import { ERRORS } from './areas/errors.ts';
import { HONESTY } from './areas/honesty.ts';
import { INTEGRITY } from './areas/integrity.ts';
import { LIFECYCLE } from './areas/lifecycle.ts';
import { LISTING } from './areas/listing.ts';
import { NAMES } from './areas/names.ts';
import { PAGES } from './areas/pages.ts';
import { RANGES } from './areas/ranges.ts';
import { SOURCES } from './areas/sources.ts';
import { STREAMS } from './areas/streams.ts';
import { VERSIONS } from './areas/versions.ts';
import type { ContractCheck } from './check.ts';

/** All checks of the driver contract, area by area. */
export const CONTRACT: readonly ContractCheck[] = [
  ...BASICS,
  ...NAMES,
  ...SOURCES,
  ...RANGES,
  ...PAGES,
  ...LISTING,
  ...DELETE,
  ...VERSIONS,
  ...CONCURRENCY,
  ...CONSISTENCY,
  ...CONDITIONS,
  ...ERRORS,
  ...ABORT,
  ...STREAMS,
  ...INTEGRITY,
  ...HONESTY,
  ...LIFECYCLE,
  ...BULK_VERBS,
];

export type { Area, ContractCheck, OptionalFeature } from './check.ts';
export { ContractContext } from './context.ts';
export { runCheck } from './run.ts';
export type { CheckResult } from './run.ts';
export type { ContractTarget } from './target.ts';
