import { parsePrefix, type Prefix } from '@dunnage/driver-api';

/** Where the registry keeps repositories, below the storage's root. */
export const repositoriesPrefix: Prefix = parsePrefix('docker/registry/v2/repositories/');
/** Where the registry keeps blobs. */
export const blobsPrefix: Prefix = parsePrefix('docker/registry/v2/blobs/');
