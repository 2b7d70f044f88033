import { afterAll } from 'vitest';
import { startCeph } from './ceph.ts';
import { createBucket, MANY, registerContractOn, registerScenariosOn } from './s3-driver.ts';

const server = await startCeph();
afterAll(() => server.close());

await createBucket(server, 'contract');
registerContractOn('Ceph', server, 'contract');

await createBucket(server, 'versions', 'enabled');
registerContractOn('Ceph with versions', server, 'versions', {
  without: { checks: MANY, because: 'the bucket without versions has them' },
});

await createBucket(server, 'scenarios');
await registerScenariosOn('Ceph', server, 'scenarios', { objects: 1300 });
