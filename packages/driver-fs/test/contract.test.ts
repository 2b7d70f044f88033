import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerContract } from '@dunnage/conformance/vitest';
import { createFsDriver } from '@dunnage/driver-fs';
import { afterAll, describe, it } from 'vitest';

const base = mkdtempSync(join(tmpdir(), 'dunnage-fs-contract-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

for (const mode of ['sync-workers', 'async'] as const) {
  registerContract({ describe, it }, `the fs driver in the mode ${mode}`, {
    async open(token) {
      const root = join(base, mode, token);
      mkdirSync(root, { recursive: true });
      return createFsDriver({ root, mode });
    },
  });
}
