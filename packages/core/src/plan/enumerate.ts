import { linkSize } from '../layout/link.ts';
import {
  blobKey,
  layerLinkKey,
  repositoryPrefix,
  revisionKey,
  signatureKey,
  tagIndexKey,
} from '../layout/paths.ts';
import type { DeletionOrder } from '../mark/deletion-order.ts';
import type { PlanEntry } from './entry.ts';
import type { Garbage } from './garbage.ts';

/**
 * The plan, entry by entry, in the order of deletion. It is made anew from packed tables each time, so that it takes
 * no memory; the caller may run it twice, to count and to write.
 */
export function* enumeratePlan(garbage: Garbage, order: DeletionOrder): Generator<PlanEntry> {
  yield* uploads(garbage);
  yield* tagIndex(garbage);
  yield* revisions(garbage, order);
  yield* layerLinks(garbage);
  yield* blobs(garbage);
  yield* directories(garbage);
}

function* uploads({ stock: { uploads, inventory } }: Garbage): Generator<PlanEntry> {
  for (let row = 0; row < uploads.length; row++) {
    yield {
      kind: 'upload',
      key: uploads.key(row),
      reason: 'stale-upload',
      size: uploads.size(row),
      repository: inventory.repositories.text(uploads.repository(row)),
      modified: uploads.modified(row),
    };
  }
}

function* tagIndex(garbage: Garbage): Generator<PlanEntry> {
  const { inventory } = garbage.stock;
  for (let row = 0; row < inventory.tagIndex.size; row++) {
    if (!garbage.tagIndexGoes(row)) continue;
    const { repository, tag } = inventory.tagName(inventory.tagIndex.left(row));
    const digest = inventory.digests.text(inventory.tagIndex.right(row));
    yield {
      kind: 'tag-index',
      key: tagIndexKey(repository, tag, digest),
      reason: 'revision-gone',
      size: linkSize(digest),
      ...{ digest, repository, tag },
      ...modifiedAt(inventory.tagIndexModified.at(row)),
    };
  }
}

function* revisions({ stock: { inventory } }: Garbage, order: DeletionOrder): Generator<PlanEntry> {
  const signatures = Map.groupBy(rows(inventory.signatures.size), (row) =>
    inventory.signatures.left(row),
  );
  let wave = -1;
  for (let index = 0; index < order.rows.length; index++) {
    if (order.waves[wave + 1] === index) wave++;
    const revision = order.rows.at(index);
    const { repository, digest } = inventory.revisionName(revision);
    const common = { kind: 'revision', reason: 'untagged', digest, repository, wave } as const;
    const signed = inventory.signed.find(
      inventory.revisions.left(revision),
      inventory.revisions.right(revision),
    );
    for (const row of signatures.get(signed) ?? []) {
      const signature = inventory.digests.text(inventory.signatures.right(row));
      yield {
        ...common,
        key: signatureKey(repository, digest, signature),
        size: linkSize(signature),
      };
    }
    yield {
      ...common,
      key: revisionKey(repository, digest),
      size: linkSize(digest),
      ...modifiedAt(inventory.revisionModified.at(revision)),
    };
  }
}

function* layerLinks(garbage: Garbage): Generator<PlanEntry> {
  const { inventory } = garbage.stock;
  for (let row = 0; row < inventory.layerLinks; row++) {
    if (!garbage.layerLinkGoes(row)) continue;
    const { repository, digest } = inventory.layerName(row);
    yield {
      kind: 'layer-link',
      key: layerLinkKey(repository, digest),
      reason: garbage.repositoryGoes(inventory.layerRepository.at(row))
        ? 'empty-repository'
        : 'blob-gone',
      size: linkSize(digest),
      ...{ digest, repository },
      ...modifiedAt(inventory.layerModified.at(row)),
    };
  }
}

function* blobs(garbage: Garbage): Generator<PlanEntry> {
  const { inventory, blobs: scan } = garbage.stock;
  const { candidates } = scan;
  for (let row = 0; row < candidates.length; row++) {
    if (!garbage.blobGoes(row)) continue;
    const digest = inventory.digests.text(candidates.digest(row));
    const etag = candidates.etag(row);
    yield {
      kind: 'blob',
      key: blobKey(digest),
      reason: 'unreferenced',
      size: candidates.size(row),
      digest,
      modified: candidates.modified(row),
      ...(etag === undefined ? {} : { etag }),
    };
  }
}

function* directories(garbage: Garbage): Generator<PlanEntry> {
  const { inventory, emptied, driver } = garbage.stock;
  for (const key of emptied) yield { kind: 'directory', key, reason: 'empty-directory', size: 0 };
  if (driver.pruneEmptyDirectories === undefined) return;
  for (let row = 0; row < inventory.repositories.size; row++) {
    if (!garbage.repositoryGoes(row)) continue;
    const repository = inventory.repositories.text(row);
    const key = repositoryPrefix(repository);
    yield { kind: 'directory', key, reason: 'empty-repository', size: 0, repository };
  }
}

function modifiedAt(seconds: number): { readonly modified?: number } {
  return seconds === 0 ? {} : { modified: seconds * 1000 };
}

function* rows(count: number): Generator<number> {
  for (let row = 0; row < count; row++) yield row;
}
