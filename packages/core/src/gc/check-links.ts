import { parentOf } from '@dunnage/driver-api';
import { toSeconds, type Inventory } from '../inventory/inventory.ts';
import { layerKey, type LinkReader } from '../inventory/link-reader.ts';
import { readMany, statMany, type ManyOptions } from '../io/read-many.ts';
import { LINK_MAX_BYTES, linkSize } from '../layout/link.ts';
import { tagIndexKey } from '../layout/paths.ts';
import { BitSet } from '../packed/bit-set.ts';
import { u32List, type NumberList } from '../packed/list.ts';
import type { Stock } from '../plan/garbage.ts';
import type { Findings } from './findings.ts';

type Checked = Omit<Stock, 'rules' | 'now' | 'uploads' | 'graph'>;

/**
 * Looks at the links that the inventory took by name alone and that matter now: those that may go, because their age
 * counts, and those of needed blobs that are not there, because they may lead to where the content is. Repeats while
 * that brings more blobs to life.
 */
export async function checkLinks(
  stock: Checked,
  links: LinkReader,
  options: ManyOptions & {
    readonly removeEmptyRepositories: boolean;
    readonly findings: Findings;
  },
): Promise<void> {
  const { driver, inventory, marks, blobs } = stock;
  if (driver.bulk !== undefined) {
    const inUse = options.removeEmptyRepositories ? repositoriesInUse(stock) : undefined;
    const odd = await statLayerLinks(stock, options, (row) => {
      const mayGo =
        !marks.keeps(inventory.layerDigest.at(row)) ||
        inUse?.has(inventory.layerRepository.at(row)) === false;
      return mayGo && inventory.layerModified.at(row) === 0;
    });
    await readLayerLinks(stock, links, options, odd);
    await statTagIndex(stock, options, options.findings);
  }
  const isLost = (row: number): boolean => {
    const digest = inventory.layerDigest.at(row);
    const known = inventory.layerTarget.at(row) !== 0 || inventory.layerUnreadable.has(row);
    return !known && marks.live.has(digest) && !blobs.seen.has(digest);
  };
  do await readLayerLinks(stock, links, options, layerLinks(inventory, isLost));
  while (marks.markAliases());
}

/** Repositories that a manifest or tag keeps: in the others every link may go, whatever it leads to. */
function repositoriesInUse({ inventory, marks }: Checked): BitSet {
  const inUse = new BitSet();
  for (let row = 0; row < inventory.revisions.size; row++) {
    if (marks.revisions.has(row)) inUse.add(inventory.revisions.left(row));
  }
  for (const tag of inventory.tagCurrent.members()) inUse.add(inventory.tags.left(tag));
  return inUse;
}

/** The layer links for which `wanted` holds. */
function layerLinks(inventory: Inventory, wanted: (row: number) => boolean): NumberList {
  const rows = u32List();
  for (let row = 0; row < inventory.layerLinks; row++) if (wanted(row)) rows.push(row);
  return rows;
}

/** Takes the age of layer links. Those that can't hold just their own digest are returned: they must be read. */
async function statLayerLinks(
  { driver, inventory, emptied, goneLayerLinks }: Checked,
  options: ManyOptions,
  wanted: (row: number) => boolean,
): Promise<NumberList> {
  const rows = layerLinks(inventory, wanted);
  const odd = u32List();
  const keys = keysOf(rows, (row) => layerKey(inventory, row));
  await statMany(driver, keys, options, (outcome, index) => {
    const row = rows.at(index);
    if (outcome.status === 'missing') {
      goneLayerLinks.add(row);
      emptied.add(parentOf(outcome.key));
      return;
    }
    if (outcome.status === 'ok') inventory.layerModified.set(row, toSeconds(outcome.info.modified));
    const digest = inventory.digests.text(inventory.layerDigest.at(row));
    if (outcome.status !== 'ok' || outcome.info.size !== linkSize(digest)) odd.push(row);
  });
  return odd;
}

async function readLayerLinks(
  { driver, inventory, emptied, goneLayerLinks }: Checked,
  links: LinkReader,
  options: ManyOptions,
  rows: NumberList,
): Promise<void> {
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
async function statTagIndex(
  stock: Checked,
  options: ManyOptions,
  findings: Findings,
): Promise<void> {
  const { driver, inventory, marks, emptied, goneTagIndex } = stock;
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
      if (outcome.status === 'missing') {
        emptied.add(parentOf(outcome.key));
      } else {
        findings.add({
          code: 'delete-failed',
          severity: 'unjudged',
          key: outcome.key,
          message: `the stale tag history entry ${outcome.key} can't be looked at, so it stays: ${outcome.error.message}`,
        });
      }
    }
  });
}

function* keysOf<Key>(rows: NumberList, keyOf: (row: number) => Key): Generator<Key> {
  for (let index = 0; index < rows.length; index++) yield keyOf(rows.at(index));
}
