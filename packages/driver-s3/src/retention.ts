import { GetObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import type { Capabilities } from '@dunnage/driver-api';
import type { Client } from './client.ts';
import type { S3Settings } from './config.ts';
import { meaningOfError } from './errors.ts';
import { S3Failure } from './failure.ts';

export interface Retention {
  readonly locks: Capabilities['retention'];
  /** New objects can't be deleted for a while. */
  readonly byDefault: boolean;
}

const NONE: Retention = { locks: 'none', byDefault: false };

/** Whether objects of the bucket can be locked. */
export async function retentionOf(
  client: Client,
  settings: S3Settings,
  signal: AbortSignal,
): Promise<Retention> {
  if (settings.directory) return NONE;
  const command = new GetObjectLockConfigurationCommand({ Bucket: settings.bucket });
  try {
    const { ObjectLockConfiguration: found } = await client.run(signal, (sdk, given) =>
      sdk.send(command, given),
    );
    if (found?.ObjectLockEnabled !== 'Enabled') return NONE;
    return { locks: 'possible', byDefault: found.Rule?.DefaultRetention !== undefined };
  } catch (error) {
    if (error instanceof S3Failure && error.code === 'ObjectLockConfigurationNotFoundError') {
      return NONE;
    }
    const { code } = meaningOfError(error);
    if (code === 'UNSUPPORTED') return NONE;
    if (code === 'PERMISSION_DENIED') return { locks: 'unknown', byDefault: false };
    throw error;
  }
}
