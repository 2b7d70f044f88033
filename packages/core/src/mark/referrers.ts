import type { Inventory } from '../inventory/inventory.ts';
import { SparseColumn } from '../packed/list.ts';
import { PairTable } from '../packed/pair-table.ts';
import type { ManifestGraph } from './manifest-graph.ts';

/** Which revisions say that they are about which manifest (`subject`), within a repository. */
export class Referrers {
  /** (repository, subject) → the last referrer + 1, and from each referrer to the one before. */
  readonly #subjects = new PairTable();
  readonly #last = new SparseColumn();
  readonly #before = new SparseColumn();

  constructor(inventory: Inventory, graph: ManifestGraph) {
    for (let revision = 0; revision < inventory.revisions.size; revision++) {
      const repository = inventory.revisions.left(revision);
      for (const { role, target } of graph.edges(graph.find(inventory.manifestOf(revision)))) {
        if (role !== 'subject') continue;
        const row = this.#subjects.add(repository, target);
        this.#before.set(revision, this.#last.at(row));
        this.#last.set(row, revision + 1);
      }
    }
  }

  forEach(repository: number, subject: number, visit: (revision: number) => void): void {
    const row = this.#subjects.find(repository, subject);
    if (row < 0) return;
    for (let next = this.#last.at(row); next !== 0; next = this.#before.at(next - 1))
      visit(next - 1);
  }
}
