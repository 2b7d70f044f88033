/**
 * Run as a program, with `--expose-gc`: collects the tree named on the command line as a dry run and
 * prints, in bytes, the most memory that was in use after any phase once its litter was swept. Peak
 * resident memory says what the machine needs; this says what grows with the registry.
 */
import { collect } from '@dunnage/core';
import { createFsDriver } from '@dunnage/driver-fs';

const [tree = ''] = process.argv.slice(2);
let most = 0;
await using driver = createFsDriver({ root: tree });
await collect(driver, {
  dryRun: true,
  deleteUntagged: true,
  minAgeMs: 0,
  onEvent: (event) => {
    if (event.type !== 'phase-end') return;
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    most = Math.max(most, heapUsed + arrayBuffers);
  },
});
console.log(most);
