import { StorageError } from '@dunnage/driver-api';
import { Session } from '@dunnage/driver-kit';

export function session(): Session {
  return new Session({
    driver: 'toy',
    id: 'toy://box',
    maxKeyBytes: 20,
    toStorageError: (error, op, key) =>
      new StorageError({ code: 'INTERNAL', driver: 'toy', op, key, message: String(error) }),
  });
}

/** What something fails with. @throws when it does not. */
export async function failure(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}
