import { ages } from './collector/ages.ts';
import { damaged } from './collector/damaged.ts';
import { deep } from './collector/deep.ts';
import { deletions } from './collector/deletions.ts';
import { explained } from './collector/explained.ts';
import { failures } from './collector/failures.ts';
import { images } from './collector/images.ts';
import { indexes } from './collector/indexes.ts';
import { interruptions } from './collector/interruptions.ts';
import { meanwhile } from './collector/meanwhile.ts';
import { plans } from './collector/plans.ts';
import { referrers } from './collector/referrers.ts';
import { repositories } from './collector/repositories.ts';
import { storage } from './collector/storage.ts';
import { tags } from './collector/tags.ts';
import type { Scenario } from './scenario.ts';

/** All scenarios, in the order in which they are worth reading. */
export const scenarios: readonly Scenario[] = [
  ...images,
  ...indexes,
  ...referrers,
  ...tags,
  ...repositories,
  ...storage,
  ...damaged,
  ...deep,
  ...ages,
  ...failures,
  ...deletions,
  ...interruptions,
  ...meanwhile,
  ...plans,
  ...explained,
];
