import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { DeleteOutcome, DeleteRequest } from '@dunnage/driver-api';
import type { Operation } from '@dunnage/driver-kit';
import { quoted } from './facts.ts';
import { confirmedOutcome, failedOutcome } from './outcomes.ts';
import type { Store } from './store.ts';

/** Deletes one object by a request of its own. */
export async function deleteOne(
  store: Store,
  operation: Operation,
  request: DeleteRequest,
): Promise<DeleteOutcome> {
  const { key, version, ifMatch } = request;
  const command = new DeleteObjectCommand({
    ...{ Bucket: store.bucket, Key: store.root.nameOf(key) },
    ...(version !== undefined && { VersionId: version }),
    ...(ifMatch !== undefined && { IfMatch: quoted(ifMatch) }),
  });
  try {
    const answer = await store.client.run(operation.signal, (sdk, given) =>
      sdk.send(command, given),
    );
    const { DeleteMarker, VersionId } = answer;
    if (version !== undefined) {
      return await confirmedOutcome(store, operation, request, VersionId, undefined);
    }
    const marker = DeleteMarker === true ? (VersionId ?? 'null') : undefined;
    return await confirmedOutcome(store, operation, request, undefined, marker);
  } catch (error) {
    operation.check();
    return failedOutcome(store, operation, request, error);
  }
}
