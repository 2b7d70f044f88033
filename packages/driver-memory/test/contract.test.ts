import { registerContract } from '@dunnage/conformance/vitest';
import { createMemoryDriver, MemoryStore, PROFILE_NAMES } from '@dunnage/driver-memory';
import { describe, it } from 'vitest';

for (const profile of PROFILE_NAMES) {
  const stores = new Map<string, MemoryStore>();
  let time = Date.UTC(2026, 0, 1);
  // Time passes whenever somebody looks at the clock: nothing has to wait for it.
  const clock = (): number => (time += 100);
  registerContract({ describe, it }, `the memory driver with the profile ${profile}`, {
    async open(token) {
      const store = stores.get(token) ?? new MemoryStore(token, { profile, clock });
      stores.set(token, store);
      return createMemoryDriver({ store });
    },
  });
}
