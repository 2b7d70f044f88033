import { parentOf, type Prefix } from '@dunnage/driver-api';
import { CoreError } from '../errors.ts';
import { checkedList } from '../inventory/checked-list.ts';
import { databaseInUseKey } from '../layout/paths.ts';
import type { RunContext } from './run-context.ts';

/**
 * Looks whether this storage may be collected at all: it exists, and no metadata database manages it.
 * @throws {CoreError} `DATABASE_IN_USE`, `LISTING_INCOMPLETE`. @throws {StorageError} `CONTAINER_NOT_FOUND` and the like.
 */
export async function checkStorage({ driver, findings, signal }: RunContext): Promise<void> {
  const prefix = parentOf(databaseInUseKey);
  const asDirectory = `${databaseInUseKey}/` as Prefix;
  const options = { prefix, depth: 'children', detail: 'keys', signal } as const;
  for await (const page of checkedList(driver, false, options)) {
    if (page.objects.some(({ key }) => key === databaseInUseKey)) throw databaseInUse();
    if (page.prefixes.includes(asDirectory)) {
      findings.add({
        code: 'housekeeping',
        severity: 'warning',
        key: asDirectory,
        message: `${asDirectory} is a directory, not a lock file: it counts as unlocked`,
        advice: 'Remove it, unless the metadata database is in use.',
      });
    }
  }
}

function databaseInUse(): CoreError {
  return new CoreError({
    code: 'DATABASE_IN_USE',
    key: databaseInUseKey,
    message: `this storage is managed by the registry's metadata database: the lock file ${databaseInUseKey} is there`,
    advice: `Use the registry's own online collection. If the database is no longer in use, remove ${databaseInUseKey} and run again.`,
  });
}
