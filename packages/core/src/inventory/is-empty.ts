import type { StorageDriver } from '@dunnage/driver-api';
import { classify } from '../layout/classify.ts';
import { repositoriesPrefix } from '../layout/paths.ts';
import { checkedList } from './checked-list.ts';
import type { Inventory } from './inventory.ts';

/**
 * True when no repository holds anything: as when the root is a wrong one, or was lost. A walk knows most links by the
 * names of their directories alone; where it found neither a manifest nor a tag, the directories are looked into.
 */
export async function isEmpty(
  driver: StorageDriver,
  inventory: Inventory,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { revisions, tagCurrent } = inventory;
  if (inventory.isEmpty || driver.bulk === undefined || revisions.size + tagCurrent.size > 0) {
    return inventory.isEmpty;
  }
  const options = { prefix: repositoriesPrefix, detail: 'keys', signal } as const;
  for await (const { objects } of checkedList(driver, false, options)) {
    if (objects.some(({ key }) => classify(key).kind !== 'stray')) return false;
  }
  return true;
}
