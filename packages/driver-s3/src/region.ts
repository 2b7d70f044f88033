import {
  loadConfig,
  NODE_REGION_CONFIG_FILE_OPTIONS,
  NODE_REGION_CONFIG_OPTIONS,
} from '@smithy/core/config';
import type { S3Settings } from './config.ts';

/** Where a search begins; a bucket elsewhere tells its region when it is asked. */
const FIRST_GUESS = 'us-east-1';

/** The region to ask first: as configured, else as the SDK finds it, else a guess. */
export async function findRegion(settings: S3Settings): Promise<string> {
  const { region, profile, amazon } = settings;
  if (region !== undefined) return region;
  const files = {
    ...NODE_REGION_CONFIG_FILE_OPTIONS,
    ...(profile !== undefined && { profile }),
  };
  const search = {
    ...NODE_REGION_CONFIG_OPTIONS,
    // Other stores take any region; only on Amazon's own machines is it worth asking the instance.
    ...(!amazon && { default: FIRST_GUESS }),
  };
  try {
    const found = await loadConfig(search, files)();
    return found === '' ? FIRST_GUESS : found;
  } catch {
    return FIRST_GUESS;
  }
}

/**
 * The endpoint that the shared configuration names for S3, in the profile or in its section of services.
 * @returns nothing where there is none, or no such file.
 */
export async function configuredEndpoint(profile: string | undefined): Promise<string | undefined> {
  const search = loadConfig<string | undefined>(
    {
      environmentVariableSelector: () => undefined,
      configFileSelector: (values, sections) =>
        sections?.[`services.${values['services']}`]?.['s3.endpoint_url'] ?? values['endpoint_url'],
      default: undefined,
    },
    profile === undefined ? {} : { profile },
  );
  try {
    return await search();
  } catch {
    return undefined;
  }
}
