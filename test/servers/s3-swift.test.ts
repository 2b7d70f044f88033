import { afterAll } from 'vitest';
import { createBucket, MANY, registerContractOn, registerScenariosOn } from './s3-driver.ts';
import { startSwift } from './swift.ts';

const server = await startSwift();
afterAll(() => server.close());

// Swift writes some thirty objects a second: it tries the contract but for its bulk, and the scenarios that hang
// on what a store answers.
await createBucket(server, 'contract');
registerContractOn('Swift', server, 'contract', {
  without: { checks: MANY, because: 'it takes minutes for what Ceph does in seconds' },
});

await createBucket(server, 'scenarios');
await registerScenariosOn('Swift', server, 'scenarios', {
  objects: 100,
  groups: ['images', 'explained'],
});
