import { describe, expect, it } from 'vitest';
import type { Finding } from '@dunnage/core';
import { Findings } from '../../dist/gc/findings.js';
import { Inventory } from '../../dist/inventory/inventory.js';
import { makeDigest, type Digest } from '../../dist/layout/digest.js';
import { Marks } from '../../dist/mark/mark.js';
import { ManifestGraph, type ManifestState } from '../../dist/mark/manifest-graph.js';

const digest = (letter: string): Digest => {
  const made = makeDigest('sha256', letter.repeat(64));
  if (made === undefined) throw new Error('not a digest');
  return made;
};
const [A, B, C, D] = ['a', 'b', 'c', 'd'].map((letter) => digest(letter)) as [
  Digest,
  Digest,
  Digest,
  Digest,
];

/** A repository with the untagged manifest A, whose layer is B, and a link to C that nothing names. */
function world(state: ManifestState) {
  const inventory = new Inventory();
  const graph = new ManifestGraph(inventory.digests);
  const found: Finding[] = [];
  const findings = new Findings((event) => {
    if (event.type === 'finding') found.push(event.finding);
  });
  const repository = inventory.repository('app');
  const revision = inventory.addRevision(repository, A, 1);
  inventory.addLayerLink(repository, B, 1);
  inventory.addLayerLink(repository, C, 1);
  const other = inventory.repository('other');
  inventory.addLayerLink(other, D, 1);
  const row = graph.add(inventory.digests.add(A));
  if (state === 'ok') {
    const reference = { digest: B, role: 'layer', optional: false } as const;
    graph.fill(row, { references: [reference], schema1: false, indexWithLayers: false });
  } else {
    graph.setState(row, state);
  }
  const mark = (deleteUntagged: boolean): Marks => {
    const marks = new Marks({ inventory, graph, findings, deleteUntagged, isYoung: () => false });
    marks.run();
    return marks;
  };
  const kept = (marks: Marks): string =>
    [A, B, C, D]
      .filter((name) => marks.keeps(inventory.digests.find(name)))
      .map((name) => name[7])
      .join('');
  return { inventory, mark, kept, revision, found };
}

describe('a manifest that is', () => {
  it.each([
    // What is known is known: the image, or nothing.
    ['ok', false, 'ab'],
    ['ok', true, ''],
    // What can't be known, or was not read by anybody, keeps all that its repository holds, and no other's.
    ['unread', false, 'abc'],
    ['unread', true, 'abc'],
    ['unreadable', false, 'abc'],
    ['unreadable', true, 'abc'],
    ['corrupt', false, 'abc'],
    ['corrupt', true, 'abc'],
    ['missing', false, 'abc'],
    // It is no referrer of anything and can't be pulled: with -m it goes.
    ['missing', true, ''],
  ] as const)('%s (-m: %s) keeps %j', (state, deleteUntagged, expected) => {
    const { mark, kept } = world(state);
    expect(kept(mark(deleteUntagged))).toBe(expected);
  });
});

describe('a revision that could not be deleted', () => {
  it('comes back to life with all that it refers to', () => {
    const { mark, kept, revision } = world('ok');
    const marks = mark(true);
    expect(kept(marks)).toBe('');
    marks.revive(revision);
    expect(kept(marks)).toBe('ab');
    expect(marks.revisions.has(revision)).toBe(true);
  });

  it('keeps all that its repository holds when what it says is not known', () => {
    const { mark, kept, revision } = world('missing');
    const marks = mark(true);
    marks.revive(revision);
    expect(kept(marks)).toBe('abc');
  });
});

describe('findings', () => {
  it('count all, and say of each what it is', () => {
    const findings = new Findings(() => {});
    for (let at = 0; at < 5000; at++) {
      findings.add({ code: 'stray', severity: 'info', message: `stray ${at}` });
    }
    findings.add({ code: 'delete-failed', severity: 'unjudged', message: 'the one that matters' });
    expect(findings.counts).toEqual({ stray: 5000, 'delete-failed': 1 });
    expect(findings.unjudged).toBe(1);
    expect(findings.kept.length).toBeLessThanOrEqual(1001);
    // A thousand strays must not hide what the operator has to look at.
    expect(findings.kept.map(({ code }) => code)).toContain('delete-failed');
  });
});
