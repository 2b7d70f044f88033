import { storageError } from './errors.ts';
import { PROFILES } from './profiles/index.ts';
import type { Lag, Profile, ProfileName } from './profiles/profile.ts';

/** How a store is made. */
export interface StoreOptions {
  /** Which kind of store to imitate. Default: `'fs'`. */
  readonly profile?: ProfileName | undefined;
  /** The store's clock, in milliseconds since the Unix epoch. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
  /** Page and batch sizes other than the profile's, to meet their limits with few objects. */
  readonly maxPageSize?: number | undefined;
  readonly batchMax?: number | undefined;
  /** How far readers lag behind writers. Default: what the profile says. */
  readonly lag?: Lag | undefined;
}

/** The profile that the options ask for. @throws `CONFIG_INVALID` */
export function profileFrom(options: StoreOptions): Profile {
  const profile = PROFILES[options.profile ?? 'fs'];
  const { capabilities } = profile;
  const maxPageSize = options.maxPageSize ?? capabilities.list.maxPageSize;
  const batchMax = options.batchMax ?? capabilities.delete.batchMax;
  for (const [name, value] of Object.entries({ maxPageSize, batchMax })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw storageError('CONFIG_INVALID', 'open', `${name} is a number from 1 up, not ${value}`);
  }
  const lag = options.lag ?? profile.lag;
  return {
    ...profile,
    capabilities: {
      ...capabilities,
      list: { ...capabilities.list, maxPageSize },
      delete: { ...capabilities.delete, batchMax },
    },
    ...(lag !== undefined && { lag }),
  };
}
