import type { Key } from '@dunnage/driver-api';
import type { RegistryStore } from './store.ts';

/** Ways in which objects of a registry break in the wild. */
export const damage = {
  /** The file is there and empty: a crash before its first byte. */
  async empty(store: RegistryStore, key: Key): Promise<void> {
    await store.put(key, '');
  },
  /** A link that is no digest. */
  async garble(store: RegistryStore, key: Key): Promise<void> {
    await store.put(key, 'not a digest at all');
  },
  /** The first half of the file: a crash in the middle. */
  async truncate(store: RegistryStore, key: Key): Promise<void> {
    const bytes = await store.read(key);
    await store.put(key, bytes.subarray(0, bytes.byteLength >> 1));
  },
  /** Other bytes of the same length, and for a manifest still valid JSON: bit rot that parses. */
  async rot(store: RegistryStore, key: Key): Promise<void> {
    const bytes = (await store.read(key)).slice();
    const text = new TextDecoder().decode(bytes);
    // A hex digit in the last digest, or else the middle byte.
    const digest = text.lastIndexOf('sha256:');
    const position = digest === -1 ? bytes.byteLength >> 1 : digest + 'sha256:'.length + 5;
    bytes[position] = bytes[position] === 0x30 ? 0x31 : 0x30;
    await store.put(key, bytes);
  },
} as const;
