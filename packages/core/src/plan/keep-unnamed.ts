import { BitSet } from '../packed/bit-set.ts';
import type { PlanEntry } from './entry.ts';
import type { Garbage } from './garbage.ts';
import { Judge } from './judge.ts';

/**
 * A plan of some time ago does not name what became garbage since. That stays, and so must what it refers to, even
 * where the plan names it: else an old plan would leave manifests without their layers.
 * @throws {CoreError} `PLAN_INVALID` as {@link Judge.judge}.
 */
export async function keepUnnamed(
  garbage: Garbage,
  entries: AsyncIterable<PlanEntry>,
): Promise<void> {
  const revisions = new BitSet();
  const layerLinks = new BitSet();
  const judge = new Judge(garbage);
  for await (const entry of entries) {
    const { row } = judge.judge(entry);
    if (row < 0) continue;
    if (entry.kind === 'revision') revisions.add(row);
    if (entry.kind === 'layer-link') layerLinks.add(row);
  }
  const { inventory } = garbage.stock;
  for (let row = 0; row < inventory.revisions.size; row++) {
    if (garbage.revisionGoes(row) && !revisions.has(row)) garbage.keepRevision(row);
  }
  for (let row = 0; row < inventory.layerLinks; row++) {
    if (garbage.layerLinkGoes(row) && !layerLinks.has(row)) garbage.keepLayerLink(row);
  }
}
