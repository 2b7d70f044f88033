import { startVersitygw } from './versitygw.ts';
import { registerS3Fidelity } from './fidelity-s3.ts';

await registerS3Fidelity('versitygw', await startVersitygw());
