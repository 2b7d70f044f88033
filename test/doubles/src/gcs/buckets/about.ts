import { required } from '../errors.ts';
import type { Call, Reply } from '../protocol/call.ts';
import { selectFields } from '../protocol/fields.ts';
import { jsonReply } from '../protocol/reply.ts';
import { PERMISSIONS, STORAGE_LAYOUT } from '../protocol/schemas.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Service } from '../store/service.ts';

/** `buckets.testIamPermissions`: those of the permissions in question that the caller has. */
export function testPermissions(service: Service, call: Call): Reply {
  const asked = call.query.getAll('permissions');
  if (asked.length === 0) throw required('permissions');
  const permissions = asked.filter((permission) => service.access.has(permission));
  const answer = {
    kind: 'storage#testIamPermissionsResponse',
    permissions: permissions.length === 0 ? undefined : permissions,
  };
  return jsonReply(selectFields(answer, call.query.get('fields'), PERMISSIONS));
}

/** `buckets.getStorageLayout`: for callers who may not read the bucket's metadata. */
export function storageLayout(bucket: Bucket, call: Call): Reply {
  const { location, hierarchicalNamespace } = bucket.settings;
  const layout = {
    kind: 'storage#storageLayout',
    bucket: bucket.name,
    location,
    locationType: 'multi-region',
    hierarchicalNamespace: { enabled: hierarchicalNamespace },
  };
  return jsonReply(selectFields(layout, call.query.get('fields'), STORAGE_LAYOUT));
}
