import type { Schema } from './fields.ts';

/** The fields of resources that `fields` can name. */
export const OBJECT: Schema = schemaOf(`
  acl bucket cacheControl componentCount contentDisposition contentEncoding contentLanguage contentType
  contexts crc32c customTime customerEncryption etag eventBasedHold generation hardDeleteTime id kind
  kmsKeyName md5Hash mediaLink metadata metageneration name owner restoreToken retention
  retentionExpirationTime selfLink size softDeleteTime storageClass temporaryHold timeCreated
  timeDeleted timeFinalized timeStorageClassUpdated updated`);

export const BUCKET: Schema = schemaOf(`
  acl autoclass billing cors customPlacementConfig defaultEventBasedHold defaultObjectAcl encryption
  etag generation hardDeleteTime hierarchicalNamespace iamConfiguration id ipFilter kind labels
  lifecycle location locationType logging metageneration name objectRetention owner projectNumber
  retentionPolicy rpo satisfiesPZI satisfiesPZS selfLink softDeletePolicy softDeleteTime storageClass
  timeCreated updated versioning website`);

export const OBJECTS: Schema = {
  ...schemaOf('kind nextPageToken prefixes'),
  items: OBJECT,
};

export const BUCKETS: Schema = {
  ...schemaOf('kind nextPageToken unreachable'),
  items: BUCKET,
};

export const REWRITE: Schema = {
  ...schemaOf('done kind objectSize rewriteToken totalBytesRewritten'),
  resource: OBJECT,
};

export const STORAGE_LAYOUT: Schema = schemaOf(
  'bucket customPlacementConfig hierarchicalNamespace kind location locationType',
);

export const PERMISSIONS: Schema = schemaOf('kind permissions');

function schemaOf(names: string): Schema {
  return Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, true] as const),
  );
}
