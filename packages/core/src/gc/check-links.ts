import { parentOf } from '@dunnage/driver-api';
import type { BlobScan } from '../inventory/blob-scan.ts';
import { toSeconds, type Inventory } from '../inventory/inventory.ts';
import { layerKey, type LinkReader } from '../inventory/link-reader.ts';
import { readMany, statMany, type ManyOptions } from '../io/read-many.ts';
import { LINK_MAX_BYTES } from '../layout/link.ts';
import { tagIndexKey } from '../layout/paths.ts';
import type { Marks } from '../mark/mark.ts';
import { u32List, type NumberList } from '../packed/list.ts';
import type { Stock } from '../plan/garbage.ts';

type Checked = Omit<Stock, 'rules' | 'now' | 'uploads' | 'graph'>;

/**
 * Looks at the links that the inventory took by name alone and that matter now: those that may go (their age counts,
 * and they may lead elsewhere than their name says), and those of needed blobs that are not there (they may lead to
 * where the content is). Repeats while that brings more blobs to life.
 */
export async function checkLinks(
  stock: Checked,
  links: LinkReader,
  options: ManyOptions,
): Promise<void> {
  const { inventory, marks, blobs } = stock;
  await readLayerLinks(stock, links, options, (row) => {
    const digest = inventory.layerDigest.at(row);
    const unknown = stock.driver.bulk !== undefined && inventory.layerModified.at(row) === 0;
    return (unknown && !marks.keeps(digest)) || isLost(inventory, marks, blobs, row);
  });
  while (marks.markAliases()) {
    await readLayerLinks(stock, links, options, (row) => isLost(inventory, marks, blobs, row));
  }
  await statTagIndex(stock, options);
}

/** A link to a needed blob that does not exist under the link's own name, and that was not read yet. */
function isLost(inventory: Inventory, marks: Marks, blobs: BlobScan, row: number): boolean {
  const digest = inventory.layerDigest.at(row);
  return (
    marks.live.has(digest) &&
    !blobs.seen.has(digest) &&
    inventory.layerTarget.at(row) === 0 &&
    !inventory.layerUnreadable.has(row)
  );
}

async function readLayerLinks(
  { driver, inventory, emptied, goneLayerLinks }: Checked,
  links: LinkReader,
  options: ManyOptions,
  wanted: (row: number) => boolean,
): Promise<void> {
  const rows = u32List();
  for (let row = 0; row < inventory.layerLinks; row++) if (wanted(row)) rows.push(row);
  const keys = keysOf(rows, (row) => layerKey(inventory, row));
  await readMany(driver, keys, { ...options, maxBytes: LINK_MAX_BYTES }, (outcome, index) => {
    const row = rows.at(index);
    if (outcome.status === 'missing') {
      goneLayerLinks.add(row);
      emptied.add(parentOf(outcome.key));
      return;
    }
    if (outcome.status === 'ok') inventory.layerModified.set(row, toSeconds(outcome.info.modified));
    links.layerLinkRead(row, outcome);
  });
}

/** On a file system the age of a stale tag index entry is not known yet. */
async function statTagIndex(stock: Checked, options: ManyOptions): Promise<void> {
  const { driver, inventory, marks, emptied, goneTagIndex } = stock;
  if (driver.bulk === undefined) return;
  const rows = u32List();
  for (let row = 0; row < inventory.tagIndex.size; row++) {
    const tag = inventory.tagIndex.left(row);
    const revision = inventory.revisions.find(
      inventory.tags.left(tag),
      inventory.tagIndex.right(row),
    );
    if (revision < 0 || !marks.revisions.has(revision)) rows.push(row);
  }
  const key = (row: number): ReturnType<typeof tagIndexKey> => {
    const { repository, tag } = inventory.tagName(inventory.tagIndex.left(row));
    return tagIndexKey(repository, tag, inventory.digests.text(inventory.tagIndex.right(row)));
  };
  await statMany(driver, keysOf(rows, key), options, (outcome, index) => {
    const row = rows.at(index);
    if (outcome.status === 'ok') {
      inventory.tagIndexModified.set(row, toSeconds(outcome.info.modified));
    } else {
      // Gone, or not to be judged: it stays out of the plan either way.
      goneTagIndex.add(row);
      if (outcome.status === 'missing') emptied.add(parentOf(outcome.key));
    }
  });
}

function* keysOf<Key>(rows: NumberList, keyOf: (row: number) => Key): Generator<Key> {
  for (let index = 0; index < rows.length; index++) yield keyOf(rows.at(index));
}
