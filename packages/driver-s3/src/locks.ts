import type { Key } from '@dunnage/driver-api';
import type { Store } from './store.ts';

/** Whether retention or a legal hold keeps this version; `false` also where that can't be found out. */
export async function lockedVersion(
  store: Store,
  key: Key,
  version: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const query = { versionId: version };
    const ask = { method: 'HEAD', name: store.root.nameOf(key), query } as const;
    const { response, body } = await store.client.send(ask, signal);
    body.resume();
    const until = Date.parse(response.headers['x-amz-object-lock-retain-until-date'] ?? '');
    return response.headers['x-amz-object-lock-legal-hold'] === 'ON' || until > Date.now();
  } catch {
    return false;
  }
}
