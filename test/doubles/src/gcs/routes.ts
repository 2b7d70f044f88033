import { storageLayout, testPermissions } from './buckets/about.ts';
import { createBucket, deleteBucket, lockRetention, patchBucket } from './buckets/change.ts';
import { getBucket } from './buckets/get.ts';
import { listBuckets } from './buckets/list.ts';
import { GcsError } from './errors.ts';
import { composeObject } from './objects/compose.ts';
import { copyObject } from './objects/copy.ts';
import { deleteObject } from './objects/delete.ts';
import { getObject } from './objects/get.ts';
import { listObjects } from './objects/list.ts';
import { moveObject } from './objects/move.ts';
import { patchObject, updateObject } from './objects/patch.ts';
import { restoreObject } from './objects/restore.ts';
import { Rewrites } from './objects/rewrite.ts';
import type { Call, Reply } from './protocol/call.ts';
import type { Bucket } from './store/bucket.ts';
import type { Service } from './store/service.ts';
import { insertObject } from './upload/insert.ts';
import { ResumableUploads } from './upload/resumable.ts';

export type Run = (call: Call, names: readonly string[]) => Reply;

/** Method and path, the permissions that it always takes, and what answers. */
type Route = readonly [route: string, permissions: readonly string[], run: Run];

/** All calls of the JSON API that the double covers. */
export function routesOf(service: Service): readonly Route[] {
  return [...bucketRoutes(service), ...objectRoutes(service), ...uploadRoutes(service)];
}

function bucketRoutes(service: Service): readonly Route[] {
  const inBucket = (run: (bucket: Bucket, call: Call) => Reply): Run => {
    return (call, [name = '']) => run(service.bucket(name), call);
  };
  return [
    ['GET /b', ['storage.buckets.list'], (call) => listBuckets(service, call)],
    ['POST /b', ['storage.buckets.create'], (call) => createBucket(service, call)],
    ['GET /b/:', ['storage.buckets.get'], inBucket(getBucket)],
    ['PATCH /b/:', ['storage.buckets.update'], inBucket(patchBucket)],
    [
      'DELETE /b/:',
      ['storage.buckets.delete'],
      inBucket((bucket, call) => deleteBucket(service, bucket, call)),
    ],
    ['POST /b/:/lockRetentionPolicy', ['storage.buckets.update'], inBucket(lockRetention)],
    ['GET /b/:/storageLayout', ['storage.objects.list'], inBucket(storageLayout)],
    ['GET /b/:/iam/testPermissions', [], inBucket((_, call) => testPermissions(service, call))],
    ['GET /b/:/o', ['storage.objects.list'], inBucket(listObjects)],
    ['POST /b/:/o', [], refuseMetadataUpload],
  ];
}

function objectRoutes(service: Service): readonly Route[] {
  const rewrites = new Rewrites(service);
  const onObject = (run: (bucket: Bucket, name: string, call: Call) => Reply): Run => {
    return (call, [bucket = '', name = '']) => run(service.bucket(bucket), name, call);
  };
  const to = (bucket = '', name = ''): { bucket: Bucket; name: string } => ({
    bucket: service.bucket(bucket),
    name,
  });
  return [
    ['GET /b/:/o/:', ['storage.objects.get'], onObject(getObject)],
    ['DELETE /b/:/o/:', ['storage.objects.delete'], onObject(deleteObject)],
    ['PATCH /b/:/o/:', ['storage.objects.update'], onObject(patchObject)],
    ['PUT /b/:/o/:', ['storage.objects.update'], onObject(updateObject)],
    [
      'POST /b/:/o/:/compose',
      ['storage.objects.get'],
      onObject((bucket, name, call) => composeObject(service, bucket, name, call)),
    ],
    [
      'POST /b/:/o/:/restore',
      ['storage.objects.restore'],
      onObject((bucket, name, call) => restoreObject(service, bucket, name, call)),
    ],
    [
      'POST /b/:/o/:/moveTo/o/:',
      ['storage.objects.move'],
      (call, [b = '', o = '', target = '']) =>
        moveObject(service, service.bucket(b), o, target, call),
    ],
    [
      'POST /b/:/o/:/copyTo/b/:/o/:',
      ['storage.objects.get'],
      (call, [b = '', o = '', ...target]) =>
        copyObject(service, service.bucket(b), o, to(...target), call),
    ],
    [
      'POST /b/:/o/:/rewriteTo/b/:/o/:',
      ['storage.objects.get'],
      (call, [b = '', o = '', ...target]) =>
        rewrites.run(service.bucket(b), o, to(...target), call),
    ],
  ];
}

function uploadRoutes(service: Service): readonly Route[] {
  const uploads = new ResumableUploads(service);
  return [
    [
      'POST /upload/b/:/o',
      [],
      (call, [name = '']) =>
        call.query.has('upload_id')
          ? uploads.put(call)
          : insertObject(service, uploads, service.bucket(name), call),
    ],
    ['PUT /upload/b/:/o', [], (call) => uploads.put(call)],
    ['DELETE /upload/b/:/o', [], (call) => uploads.cancel(call)],
  ];
}

function refuseMetadataUpload(): Reply {
  throw new GcsError(
    400,
    'wrongUrlForUpload',
    'Upload requests must be uploaded to */upload/*. Re-send to the upload URL.',
  );
}
