import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeDigest, type Digest } from '../../dist/layout/digest.js';
import { BitSet } from '../../dist/packed/bit-set.js';
import { DigestTable } from '../../dist/packed/digest-table.js';
import { HashIndex } from '../../dist/packed/hash-index.js';
import { f64List, SparseColumn, u32List, u8List } from '../../dist/packed/list.js';
import { PairTable } from '../../dist/packed/pair-table.js';
import { TextList } from '../../dist/packed/text-list.js';
import { TextTable } from '../../dist/packed/text-table.js';

const sha256 = (text: string | number): Digest =>
  `sha256:${createHash('sha256').update(String(text)).digest('hex')}` as Digest;

const MAX_U32 = 2 ** 32 - 1;
const u32 = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: MAX_U32 }));

/** SHA-256 with few different first words, so that rows meet in the index; and other algorithms. */
const digest = fc
  .tuple(
    fc.constantFrom('sha256', 'sha256', 'sha256', 'sha512', 'blake3', 'tarsum/v1/sha256'),
    fc.constantFrom('00000000', 'ffffffff', 'a1b2c3d4', ''),
    fc.integer({ min: 0, max: 60 }),
  )
  .map(([algorithm, head, number]) => {
    const length = algorithm === 'sha512' ? 128 : 64;
    const tail = createHash('sha512').update(String(number)).digest('hex');
    const made = makeDigest(algorithm, (head + tail).slice(0, length).padEnd(length, '0'));
    if (made === undefined) throw new Error('not a digest');
    return made;
  });

describe('DigestTable', () => {
  it('is a Map from digests to consecutive numbers', () => {
    fc.assert(
      fc.property(fc.array(digest, { maxLength: 400 }), fc.array(digest), (added, asked) => {
        const table = new DigestTable();
        const model = new Map<Digest, number>();
        for (const one of added) {
          expect(table.add(one)).toBe(model.get(one) ?? model.size);
          if (!model.has(one)) model.set(one, model.size);
          expect(table.size).toBe(model.size);
        }
        for (const one of [...added, ...asked]) expect(table.find(one)).toBe(model.get(one) ?? -1);
        for (const [one, row] of model) expect(table.text(row)).toBe(one);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps its numbers through growth, past chunks and many rehashes', () => {
    const table = new DigestTable();
    const count = 30_000;
    for (let row = 0; row < count; row++) {
      // Every hundredth is of another algorithm: they share the numbering.
      const name = sha256(row);
      const other = `blake3:${name.slice(7)}` as Digest;
      expect(table.add(row % 100 === 0 ? other : name)).toBe(row);
    }
    expect(table.size).toBe(count);
    for (let row = 0; row < count; row++) {
      const name = sha256(row);
      const own = row % 100 === 0 ? (`blake3:${name.slice(7)}` as Digest) : name;
      const foreign = row % 100 === 0 ? name : (`blake3:${name.slice(7)}` as Digest);
      if (table.find(own) !== row || table.text(row) !== own || table.find(foreign) !== -1) {
        expect.fail(`row ${row}`);
      }
    }
  });

  it('never takes one digest for another that differs in one hex digit', () => {
    const table = new DigestTable();
    const base = sha256('base');
    table.add(base);
    for (let at = 'sha256:'.length; at < base.length; at++) {
      const changed = base[at] === '0' ? '1' : '0';
      expect(table.find((base.slice(0, at) + changed + base.slice(at + 1)) as Digest)).toBe(-1);
    }
  });

  it('finds all of very many digests that share their first word', () => {
    const table = new DigestTable();
    const alike = Array.from(
      { length: 1500 },
      (_, row) => `sha256:00000000${sha256(row).slice(15)}` as Digest,
    );
    for (const one of alike) table.add(one);
    expect(alike.map((one) => table.find(one))).toEqual([...alike.keys()]);
  });
});

describe('TextTable and TextList', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('', 'a', 'team/app', 'Ω≈ç√', '😀', 'x'.repeat(300)),
  );

  it('is a Map from strings to consecutive numbers', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 300 }), fc.array(text), (added, asked) => {
        const table = new TextTable();
        const model = new Map<string, number>();
        for (const one of added) {
          expect(table.add(one)).toBe(model.get(one) ?? model.size);
          if (!model.has(one)) model.set(one, model.size);
        }
        expect(table.size).toBe(model.size);
        for (const one of [...added, ...asked]) expect(table.find(one)).toBe(model.get(one) ?? -1);
        for (const [one, row] of model) expect(table.text(row)).toBe(one);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps its numbers through growth', () => {
    const table = new TextTable();
    const count = 20_000;
    const name = (row: number): string => `team-${row % 7}/app-${row}`;
    for (let row = 0; row < count; row++) table.add(name(row));
    for (let row = 0; row < count; row++) {
      if (table.find(name(row)) !== row || table.text(row) !== name(row)) expect.fail(`row ${row}`);
    }
    expect(table.find(name(count))).toBe(-1);
  });

  it('keeps strings of every length that fits, and says which do not', () => {
    const list = new TextList();
    const lengths = [0, 1, 65_533, 65_534, 3, 40_000, 40_000, 65_534];
    for (const length of lengths) list.push(Buffer.alloc(length, 'a'));
    expect(lengths.map((_, row) => list.bytes(row).length)).toEqual(lengths);
    expect(() => list.push(Buffer.alloc(65_535))).toThrow(RangeError);
    expect(list.length).toBe(lengths.length);
    expect(list.push(Buffer.from('after'))).toBe(lengths.length);
    expect(list.text(lengths.length)).toBe('after');
  });
});

describe('PairTable', () => {
  it('is a Map from ordered pairs to consecutive numbers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(u32, u32), { maxLength: 400 }),
        fc.array(fc.tuple(u32, u32)),
        (added, asked) => {
          const table = new PairTable();
          const model = new Map<string, number>();
          for (const [left, right] of added) {
            const name = `${left},${right}`;
            expect(table.add(left, right)).toBe(model.get(name) ?? model.size);
            if (!model.has(name)) model.set(name, model.size);
          }
          expect(table.size).toBe(model.size);
          for (const [left, right] of [...added, ...asked]) {
            expect(table.find(left, right)).toBe(model.get(`${left},${right}`) ?? -1);
          }
          for (const [name, row] of model) {
            expect(`${table.left(row)},${table.right(row)}`).toBe(name);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('tells (a, b) from (b, a), and keeps its numbers through growth', () => {
    const table = new PairTable();
    const side = 150;
    for (let left = 0; left < side; left++) {
      for (let right = 0; right < side; right++) table.add(left, right);
    }
    expect(table.size).toBe(side * side);
    for (let left = 0; left < side; left++) {
      for (let right = 0; right < side; right++) {
        if (table.find(left, right) !== left * side + right) expect.fail(`(${left}, ${right})`);
      }
    }
    expect(table.find(-1, -1)).toBe(-1);
  });
});

describe('BitSet', () => {
  const member = fc.oneof(
    fc.integer({ min: 0, max: 130 }),
    fc.integer({ min: 0, max: 300_000 }),
    fc.constantFrom(31, 32, 63, 64, 2047, 2048, 2049),
  );

  it('is a Set of numbers, which members() gives in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), member), { maxLength: 200 }),
        fc.array(member),
        (steps, asked) => {
          const set = new BitSet();
          const model = new Set<number>();
          for (const [adds, one] of steps) {
            if (adds) expect(set.add(one)).toBe(!model.has(one));
            else set.delete(one);
            if (adds) model.add(one);
            else model.delete(one);
            expect(set.size).toBe(model.size);
          }
          expect([...set.members()]).toEqual([...model].toSorted((a, b) => a - b));
          for (const one of [...asked, ...model]) expect(set.has(one)).toBe(model.has(one));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('has nothing outside of what was added, however far', () => {
    const set = new BitSet();
    expect(set.has(0)).toBe(false);
    expect(set.has(10_000_000)).toBe(false);
    expect(set.has(-1)).toBe(false);
    set.add(5_000_000);
    expect([...set.members()]).toEqual([5_000_000]);
    expect(set.has(-1)).toBe(false);
  });
});

describe('lists and columns', () => {
  it.each([
    ['u8List', u8List, 255],
    ['u32List', u32List, MAX_U32],
    ['f64List', f64List, Number.MAX_SAFE_INTEGER],
  ] as const)('%s is an array that grows past its chunks', (_, make, max) => {
    const list = make();
    const count = 10_000;
    const value = (index: number): number => (index * 2_654_435_761) % (max + 1);
    for (let index = 0; index < count; index++) {
      list.push(index % 3 === 0 ? 0 : value(index));
      expect(list.length).toBe(index + 1);
    }
    for (let index = 0; index < count; index += 3) list.set(index, value(index));
    for (let index = 0; index < count; index++) {
      if (list.at(index) !== value(index)) expect.fail(`index ${index}`);
    }
    list.set(4095, max);
    expect([list.at(4094), list.at(4095), list.at(4096)]).toEqual([value(4094), max, value(4096)]);
  });

  it('f64List keeps what 32 bits can not', () => {
    const list = f64List();
    for (const value of [80e12, Number.POSITIVE_INFINITY, 1_767_323_045_123.5]) list.push(value);
    expect([list.at(0), list.at(1), list.at(2)]).toEqual([
      80e12,
      Number.POSITIVE_INFINITY,
      1_767_323_045_123.5,
    ]);
  });

  it('SparseColumn is a Map in which what was not set is 0', () => {
    const row = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 100_000 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(row, u32)), fc.array(row), (sets, asked) => {
        const column = new SparseColumn();
        const model = new Map<number, number>();
        for (const [at, value] of sets) {
          column.set(at, value);
          model.set(at, value);
        }
        for (const at of [...asked, ...model.keys()])
          expect(column.at(at)).toBe(model.get(at) ?? 0);
      }),
    );
  });
});

describe('HashIndex', () => {
  it('finds every row even where all hashes are the same', () => {
    let sought = -1;
    const index = new HashIndex({ hashOf: () => 7, isSought: (row) => row === sought });
    for (let row = 0; row < 500; row++) index.add(7, row);
    for (let row = 0; row < 500; row++) {
      sought = row;
      expect(index.find(7)).toBe(row);
    }
    sought = 500;
    expect(index.find(7)).toBe(-1);
  });
});
