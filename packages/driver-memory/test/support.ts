import { text } from 'node:stream/consumers';
import { parseKey } from '@dunnage/driver-api';
import type {
  DeleteOutcome,
  DeleteRequest,
  Key,
  ListOptions,
  StorageDriver,
} from '@dunnage/driver-api';

export const KEY = parseKey('a/b');

export async function textOf(driver: StorageDriver, key: Key): Promise<string> {
  return text((await driver.get(key)).body);
}

export async function keysOf(driver: StorageDriver, options?: ListOptions): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of driver.list(options)) keys.push(...page.objects.map(({ key }) => key));
  return keys;
}

export async function deleteAll(
  driver: StorageDriver,
  ...requests: readonly DeleteRequest[]
): Promise<DeleteOutcome[]> {
  const outcomes: DeleteOutcome[] = [];
  for await (const outcome of driver.delete(requests)) outcomes.push(outcome);
  return outcomes;
}
