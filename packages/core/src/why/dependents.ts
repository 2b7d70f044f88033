import { ROLES, type Role } from '../content/manifest.ts';
import { SparseColumn, u32List, u8List } from '../packed/list.ts';
import type { Stock } from '../plan/garbage.ts';

/** Which live revisions keep which, within their repository: an index its children, a subject its referrers. */
export class Dependents {
  /** The last entry + 1 of each revision, and from each entry to the one before. */
  readonly #last = new SparseColumn();
  readonly #before = u32List();
  readonly #keeper = u32List();
  readonly #role = u8List();

  constructor({ inventory, graph, marks }: Pick<Stock, 'inventory' | 'graph' | 'marks'>) {
    const { revisions } = inventory;
    for (let revision = 0; revision < revisions.size; revision++) {
      if (!marks.revisions.has(revision)) continue;
      const repository = revisions.left(revision);
      for (const { target, role } of graph.edges(graph.find(inventory.manifestOf(revision)))) {
        const other = revisions.find(repository, target);
        if (other < 0 || other === revision || !marks.revisions.has(other)) continue;
        if (role === 'subject') this.#add(revision, other, role);
        else this.#add(other, revision, role);
      }
    }
  }

  /** The revisions that keep `revision`, and how. */
  *keepersOf(revision: number): Generator<readonly [keeper: number, via: Role]> {
    for (let entry = this.#last.at(revision); entry !== 0; entry = this.#before.at(entry - 1)) {
      yield [this.#keeper.at(entry - 1), ROLES[this.#role.at(entry - 1)] as Role];
    }
  }

  #add(revision: number, keeper: number, via: Role): void {
    this.#before.push(this.#last.at(revision));
    this.#role.push(ROLES.indexOf(via));
    this.#last.set(revision, this.#keeper.push(keeper) + 1);
  }
}
