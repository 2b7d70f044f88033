import { startCeph } from './ceph.ts';
import { registerS3Fidelity } from './fidelity-s3.ts';

await registerS3Fidelity('ceph', await startCeph());
