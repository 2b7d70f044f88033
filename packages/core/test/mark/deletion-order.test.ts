import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ROLES } from '../../dist/content/manifest.js';
import { Inventory } from '../../dist/inventory/inventory.js';
import { makeDigest, type Digest } from '../../dist/layout/digest.js';
import { deletionOrder } from '../../dist/mark/deletion-order.js';
import { ManifestGraph } from '../../dist/mark/manifest-graph.js';

const digestOf = (number: number): Digest => {
  const digest = makeDigest('sha256', createHash('sha256').update(String(number)).digest('hex'));
  if (digest === undefined) throw new Error('not a digest');
  return digest;
};

interface World {
  readonly inventory: Inventory;
  readonly graph: ManifestGraph;
}

/** One manifest per list of references; which repositories have it; references may name one twice. */
function build(
  references: readonly (readonly number[])[],
  repositories: readonly (readonly number[])[],
): World {
  const inventory = new Inventory();
  const graph = new ManifestGraph(inventory.digests);
  for (const [manifest] of references.entries()) {
    for (const repository of repositories[manifest] ?? [0]) {
      inventory.addRevision(inventory.repository(`r${repository}`), digestOf(manifest), 0);
    }
  }
  for (const [manifest, targets] of references.entries()) {
    const row = graph.add(inventory.digests.add(digestOf(manifest)));
    graph.fill(row, {
      schema1: false,
      indexWithLayers: false,
      references: targets.map((target, index) => ({
        digest: digestOf(target),
        role: ROLES[index % ROLES.length] ?? 'child',
        optional: index % 2 === 0,
      })),
    });
  }
  return { inventory, graph };
}

/** The wave of each revision that goes, by row. */
function waves({ inventory, graph }: World, goes: (row: number) => boolean): Map<number, number> {
  const order = deletionOrder(inventory, graph, goes);
  const found = new Map<number, number>();
  let wave = -1;
  for (let index = 0; index < order.rows.length; index++) {
    if (order.waves[wave + 1] === index) wave++;
    const row = order.rows.at(index);
    expect(found.has(row)).toBe(false);
    found.set(row, wave);
  }
  return found;
}

const rows = ({ inventory }: World): number[] => [...Array(inventory.revisions.size).keys()];

const size = fc.integer({ min: 1, max: 25 });
const acyclic = size.chain((count) =>
  fc.tuple(
    ...Array.from({ length: count }, (_, at) =>
      at === 0
        ? fc.constant<number[]>([])
        : fc.array(fc.integer({ min: 0, max: at - 1 }), { maxLength: 4 }),
    ),
  ),
);
const homes = fc.array(
  fc.uniqueArray(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 3 }),
  { minLength: 25, maxLength: 25 },
);
const mask = fc.array(fc.boolean(), { minLength: 75, maxLength: 75 });

describe('the order of deletion', () => {
  it('has each revision that goes once, and what refers in an earlier wave than what is referred to', () => {
    fc.assert(
      fc.property(acyclic, homes, mask, (references, repositories, going) => {
        const world = build(references, repositories);
        const goes = (row: number): boolean => going[row] === true;
        const found = waves(world, goes);
        expect([...found.keys()].toSorted((a, b) => a - b)).toEqual(rows(world).filter(goes));
        const { inventory, graph } = world;
        for (const [row, wave] of found) {
          for (const { target } of graph.edges(graph.find(inventory.revisions.right(row)))) {
            const other = inventory.revisions.find(inventory.revisions.left(row), target);
            const later = found.get(other);
            if (later !== undefined) expect(later).toBeGreaterThan(wave);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('has each once and ends, even with circles', () => {
    const any = size.chain((count) =>
      fc.array(fc.array(fc.integer({ min: 0, max: count - 1 }), { maxLength: 4 }), {
        minLength: count,
        maxLength: count,
      }),
    );
    fc.assert(
      fc.property(any, homes, mask, (references, repositories, going) => {
        const world = build(references, repositories);
        const goes = (row: number): boolean => going[row] === true;
        const found = waves(world, goes);
        expect([...found.keys()].toSorted((a, b) => a - b)).toEqual(rows(world).filter(goes));
      }),
      { numRuns: 300 },
    );
  });

  it('judges by repository: the same index has a child in one and lacks it in another', () => {
    const world = build([[], [0]], [[0], [0, 1]]);
    const { inventory } = world;
    const row = (repository: string, manifest: number): number =>
      inventory.revisions.find(
        inventory.repositories.find(repository),
        inventory.digests.find(digestOf(manifest)),
      );
    const found = waves(world, () => true);
    expect(found.get(row('r0', 1))).toBe(0);
    expect(found.get(row('r1', 1))).toBe(0);
    expect(found.get(row('r0', 0))).toBe(1);
  });

  it('has as many waves as a chain is long', () => {
    const depth = 10_000;
    const world = build(
      Array.from({ length: depth }, (_, at) => (at === 0 ? [] : [at - 1])),
      [],
    );
    const { waves: starts, rows: ordered } = deletionOrder(
      world.inventory,
      world.graph,
      () => true,
    );
    expect(starts).toHaveLength(depth);
    expect([ordered.at(0), ordered.at(depth - 1)]).toEqual([depth - 1, 0]);
  });
});

describe('the graph', () => {
  it('gives back what manifests say, each role and flag', () => {
    const inventory = new Inventory();
    const graph = new ManifestGraph(inventory.digests);
    const reference = fc.record({
      digest: fc.nat(50).map((number) => digestOf(number)),
      role: fc.constantFrom(...ROLES),
      optional: fc.boolean(),
    });
    let next = 1000;
    fc.assert(
      fc.property(fc.array(reference), fc.boolean(), fc.boolean(), (references, one, two) => {
        const row = graph.add(inventory.digests.add(digestOf(next++)));
        expect(graph.state(row)).toBe('unread');
        expect([...graph.edges(row)]).toEqual([]);
        graph.fill(row, { references, schema1: one, indexWithLayers: two });
        expect(graph.state(row)).toBe('ok');
        expect([graph.isSchema1(row), graph.isIndexWithLayers(row)]).toEqual([one, two]);
        const edges = [...graph.edges(row)].map(({ target, ...rest }) => ({
          digest: inventory.digests.text(target),
          ...rest,
        }));
        expect(edges).toEqual(references);
      }),
    );
  });
});
