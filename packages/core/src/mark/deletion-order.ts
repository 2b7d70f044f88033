import type { Inventory } from '../inventory/inventory.ts';
import { SparseColumn, u32List } from '../packed/list.ts';
import type { ManifestGraph } from './manifest-graph.ts';

/** Revisions in the order in which they can be deleted, in waves: all of one before any of the next. */
export interface DeletionOrder {
  /** Revision rows. */
  readonly rows: { readonly length: number; at(index: number): number };
  /** Where each wave begins in {@link rows}. */
  readonly waves: readonly number[];
}

/**
 * Orders dead revisions so that what refers goes before what is referred to: an index before its children, a
 * referrer before its subject. A crash between two waves then leaves no index without its children.
 * Those in a cycle, which nothing real has, come last together.
 */
export function deletionOrder(
  inventory: Inventory,
  graph: ManifestGraph,
  goes: (revision: number) => boolean,
): DeletionOrder {
  const { revisions } = inventory;
  const referredBy = new SparseColumn();
  const eachTarget = (revision: number, visit: (target: number) => void): void => {
    for (const { target } of graph.edges(graph.find(inventory.manifestOf(revision)))) {
      const other = revisions.find(revisions.left(revision), target);
      if (other >= 0 && other !== revision && goes(other)) visit(other);
    }
  };
  let total = 0;
  for (let revision = 0; revision < revisions.size; revision++) {
    if (!goes(revision)) continue;
    total++;
    eachTarget(revision, (target) => referredBy.set(target, referredBy.at(target) + 1));
  }

  const rows = u32List();
  const waves: number[] = [];
  for (let revision = 0; revision < revisions.size; revision++) {
    if (goes(revision) && referredBy.at(revision) === 0) rows.push(revision);
  }
  for (let start = 0; start < rows.length;) {
    waves.push(start);
    const end = rows.length;
    for (let index = start; index < end; index++) {
      eachTarget(rows.at(index), (target) => {
        const left = referredBy.at(target) - 1;
        referredBy.set(target, left);
        if (left === 0) rows.push(target);
      });
    }
    start = end;
  }
  if (rows.length < total) {
    waves.push(rows.length);
    for (let revision = 0; revision < revisions.size; revision++) {
      if (goes(revision) && referredBy.at(revision) > 0) rows.push(revision);
    }
  }
  return { rows, waves };
}
