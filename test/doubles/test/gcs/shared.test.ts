import { describe, expect, it } from 'vitest';
import { prefixEnd } from '../../dist/shared/prefix-end.js';
import { SortedMap, compareUtf8 } from '../../dist/shared/sorted-map.js';

/** What all doubles list by. Names in which UTF-8 and UTF-16 order differ are among them. */
const NAMES = [
  '',
  'a',
  'a/',
  'a/b',
  'ab',
  'é',
  '\ud7ff',
  '\uff5e',
  '\uffff',
  '\u{10000}',
  '😀',
  'a😀',
];

describe('names in UTF-8 order', () => {
  it('are compared by their bytes', () => {
    for (const a of NAMES) {
      for (const b of NAMES) {
        const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareUtf8(a, b)), `${a} ${b}`).toBe(expected);
      }
    }
  });

  for (const kind of ['plain', 'all'] as const) {
    it(`stay in order whatever is put and deleted: ${kind} names`, () => {
      const alphabet = kind === 'plain' ? ['a', 'b', '/', 'é'] : ['a', '/', '\uff5e', '😀'];
      const map = new SortedMap<number>();
      const model = new Map<string, number>();
      const random = numbers(7);
      for (let step = 0; step < 4000; step++) {
        const length = 1 + (random() % 4);
        const name = Array.from({ length }, () => alphabet[random() % 4] ?? '').join('');
        if (random() % 3 === 0) expect(map.delete(name)).toBe(model.delete(name));
        else {
          map.set(name, step);
          model.set(name, step);
        }
        expect(map.get(name)).toBe(model.get(name));
        expect(map.size).toBe(model.size);
        if (step % 40 !== 0) continue;
        const from = alphabet[random() % 4] ?? '';
        const expected = [...model].filter(([one]) => compareUtf8(one, from) >= 0);
        expect([...map.from(from)]).toEqual(expected.sort(([a], [b]) => compareUtf8(a, b)));
      }
    });
  }

  it('a listing that goes on passes over what was deleted', () => {
    const map = new SortedMap<string>();
    for (const name of ['a', 'b', 'c']) map.set(name, name);
    const seen: string[] = [];
    for (const [name] of map.from('')) {
      seen.push(name);
      map.delete('b');
    }
    expect(seen).toEqual(['a', 'c']);
  });

  it('the end of a prefix is behind all its names, and before all that follow', () => {
    for (const prefix of NAMES.filter((name) => name !== '')) {
      const end = prefixEnd(prefix) ?? '';
      expect(compareUtf8(end, `${prefix}\u{10ffff}\u{10ffff}`), prefix).toBeGreaterThan(0);
      for (const name of NAMES) {
        const behind = compareUtf8(name, prefix) > 0 && !name.startsWith(prefix);
        expect(compareUtf8(name, end) >= 0, `${prefix} ${name}`).toBe(behind);
      }
    }
    expect(prefixEnd('\u{10ffff}')).toBeUndefined();
    expect(prefixEnd('a\u{10ffff}')).toBe('b');
  });
});

/** Numbers that look random and are the same on every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 16;
  };
}
