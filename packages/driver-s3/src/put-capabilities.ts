import type { Capabilities, PutOptions } from '@dunnage/driver-api';
import { MAX_BYTES } from './limits.ts';
import type { Store } from './store.ts';

/** What puts can do, as far as `options` need to know: conditions are found out only when one is asked for. */
export async function putCapabilities(
  store: Store,
  { ifAbsent, ifMatch }: PutOptions,
  signal: AbortSignal,
): Promise<Capabilities['put']> {
  const asked = ifAbsent === true || ifMatch !== undefined;
  return putsWith(asked && (await store.honours.ask(signal)).puts);
}

/** What puts can do. */
export function putsWith(conditions: boolean): Capabilities['put'] {
  return {
    atomic: true,
    ifAbsent: conditions,
    ifMatch: conditions,
    checksums: ['md5', 'sha256'],
    maxBytes: MAX_BYTES,
  };
}
