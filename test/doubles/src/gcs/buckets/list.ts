import { compareUtf8 } from '../../shared/sorted-map.ts';
import { required } from '../errors.ts';
import type { Call, Reply } from '../protocol/call.ts';
import { selectFields } from '../protocol/fields.ts';
import { jsonReply } from '../protocol/reply.ts';
import { BUCKETS } from '../protocol/schemas.ts';
import type { Service } from '../store/service.ts';
import { bucketResource } from './resource.ts';

/** `buckets.list`, on one page. */
export function listBuckets(service: Service, call: Call): Reply {
  if (!call.query.has('project')) throw required('project');
  const prefix = call.query.get('prefix') ?? '';
  const buckets = [...service.buckets.values()]
    .filter(({ name }) => name.startsWith(prefix))
    .sort((a, b) => compareUtf8(a.name, b.name));
  const items = buckets.map((bucket) => bucketResource(bucket, call.base));
  const page = { kind: 'storage#buckets', items: items.length === 0 ? undefined : items };
  return jsonReply(selectFields(page, call.query.get('fields'), BUCKETS));
}
