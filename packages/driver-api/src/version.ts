/**
 * Version of the storage-driver contract in this package.
 *
 * A driver says which contract it was written for ({@link StorageDriver.apiVersion}); the host
 * refuses one that it does not know. It changes only when an existing driver would misbehave
 * under the new rules; additions are optional members.
 */
export const API_VERSION = 1;
export type ApiVersion = typeof API_VERSION;
