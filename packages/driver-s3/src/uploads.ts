import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import type { ListMultipartUploadsCommandOutput } from '@aws-sdk/client-s3';
import type { Key, ListOptions, OpOptions, PendingUpload } from '@dunnage/driver-api';
import { ROOT } from '@dunnage/driver-api';
import { Progress } from '@dunnage/driver-kit';
import { unreadable } from './answer.ts';
import { MAX_PAGE } from './limits.ts';
import { abortUpload as abort } from './multipart.ts';
import { decodeName } from './scan-page.ts';
import type { Store } from './store.ts';

/** Uploads in parts that were neither finished nor aborted, below a prefix. */
export async function* pendingUploads(
  store: Store,
  options: ListOptions = {},
): AsyncGenerator<PendingUpload, void, undefined> {
  const { session } = store;
  const { prefix = ROOT } = options;
  session.checkPrefix(prefix);
  using operation = session.begin('pendingUploads', options, prefix);
  const progress = new Progress(session.driver, prefix, false);
  let from: { readonly KeyMarker: string; readonly UploadIdMarker?: string } | undefined;
  try {
    for (let more = true; more;) {
      operation.check();
      const command = new ListMultipartUploadsCommand({
        ...{ Bucket: store.bucket, EncodingType: 'url', MaxUploads: MAX_PAGE },
        Prefix: store.root.nameOf(prefix),
        ...from,
      });
      const output = await store.client.run(operation.signal, (sdk, given) =>
        sdk.send(command, given),
      );
      more = output.IsTruncated === true;
      const name = more ? nameIn(output, output.NextKeyMarker) : undefined;
      const id = output.NextUploadIdMarker;
      from =
        name === undefined
          ? undefined
          : { KeyMarker: name, ...(id !== undefined && id !== '' && { UploadIdMarker: id }) };
      const token = name === undefined ? undefined : `${name}\0${id ?? ''}`;
      progress.check({ first: undefined, last: undefined, token, truncated: more });
      yield* uploadsIn(store, output);
    }
  } catch (error) {
    throw operation.error(error);
  }
}

/** Removes what was uploaded. An upload that is gone already is no error. */
export async function abortUpload(
  store: Store,
  key: Key,
  uploadId: string,
  options?: OpOptions,
): Promise<void> {
  store.session.checkKey('abortUpload', key);
  return store.session.run('abortUpload', options, key, async (signal) => {
    const target = { Bucket: store.bucket, Key: store.root.nameOf(key), UploadId: uploadId };
    await abort(store, target, signal);
  });
}

function* uploadsIn(store: Store, output: ListMultipartUploadsCommandOutput) {
  for (const { Key: encoded, UploadId: uploadId, Initiated } of output.Uploads ?? []) {
    const name = nameIn(output, encoded);
    if (name === undefined || uploadId === undefined || Initiated === undefined) {
      throw unreadable(200, {}, 'an upload in it lacks its name, id or time');
    }
    const key = store.root.keyOf(name);
    if (key === undefined) store.hidden.found(name);
    else yield { key, uploadId, started: Initiated.getTime() };
  }
}

function nameIn(output: ListMultipartUploadsCommandOutput, name: string | undefined) {
  return name !== undefined && output.EncodingType === 'url' ? decodeName(name) : name;
}
