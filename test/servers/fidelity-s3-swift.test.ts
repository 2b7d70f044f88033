import { startSwift } from './swift.ts';
import { registerS3Fidelity } from './fidelity-s3.ts';

await registerS3Fidelity('swift', await startSwift());
