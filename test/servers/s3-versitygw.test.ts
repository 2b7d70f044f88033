import { afterAll } from 'vitest';
import { createBucket, MANY, registerContractOn, registerScenariosOn } from './s3-driver.ts';
import { startVersitygw } from './versitygw.ts';

const server = await startVersitygw();
afterAll(() => server.close());

const FILES = 'it keeps objects as files, and a file can not also be a directory';
const differences = {
  B6: 'it lists names with control characters as others, though it was asked to encode them',
  B10: FILES,
  E2: FILES,
  E15: FILES,
};
const without = { checks: MANY, because: 'Ceph has them' };

await createBucket(server, 'contract');
registerContractOn('versitygw', server, 'contract', { differences, without });

await createBucket(server, 'versions', 'enabled');
registerContractOn('versitygw with versions', server, 'versions', {
  differences: {
    ...differences,
    E14: 'it shows the directories of objects that only a marker hides',
    F7: 'it fails inside where a key to delete is a directory, instead of finding no object',
    F8: 'it shows the directories of objects that only a marker hides',
    F11b: 'it lists a version a second time at the beginning of the next page',
    I1: 'it takes a delete marker for an object where a put asks for none',
  },
  without,
});

await createBucket(server, 'scenarios');
await registerScenariosOn('versitygw', server, 'scenarios', { objects: 100 });
