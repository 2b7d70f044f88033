import {
  compareKeys,
  explainInvalidKey,
  isKey,
  joinKey,
  joinPrefix,
  parentOf,
  parseKey,
  parsePrefix,
  ROOT,
} from '@dunnage/driver-api';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const INVALID_KEYS = [
  ['', 'not empty'],
  ['/', 'no leading "/"'],
  ['/a', 'no leading "/"'],
  ['a/', 'no trailing "/"'],
  ['a//b', 'no empty segment'],
  ['.', 'no "." segment'],
  ['..', 'no ".." segment'],
  ['a/./b', 'no "." segment'],
  ['a/..', 'no ".." segment'],
  ['../a', 'no ".." segment'],
  ['a\0b', 'no NUL'],
  ['a\ud800', 'lone surrogate'],
  ['\udc00/b', 'lone surrogate'],
] as const;

const VALID_KEYS = [
  'a',
  'a/b',
  '...',
  '.a',
  'a.',
  '..a/b..',
  '_manifests',
  ' ',
  'a\\b',
  'a\nb',
  '\u{1f600}',
  'sha256:abc',
  '\ufeff',
];

/** Any text that UTF-8 can carry. */
const unicode = fc.string({ unit: 'binary' });
/** Text with a share of what keys treat specially. */
const tricky = fc
  .array(fc.oneof(fc.constantFrom('/', '.', '..', '\0', '', '\ud800'), unicode), { maxLength: 6 })
  .map((parts) => parts.join(''));

function utf8(a: string, b: string): number {
  return Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

describe('parseKey', () => {
  it.each(INVALID_KEYS)('refuses %j', (text, why) => {
    expect(explainInvalidKey(text)).toContain(why);
    expect(isKey(text)).toBe(false);
    expect(() => parseKey(text)).toThrow(
      expect.objectContaining({
        code: 'INVALID_KEY',
        message: expect.stringContaining(why) as string,
      }),
    );
  });

  it.each(VALID_KEYS)('takes %j as it is', (text) => {
    expect(explainInvalidKey(text)).toBeUndefined();
    expect(isKey(text)).toBe(true);
    expect(parseKey(text)).toBe(text);
  });

  it.each([undefined, null, 1, {}, ['a']])('refuses %j, which is no string', (value) => {
    expect(isKey(value)).toBe(false);
    expect(explainInvalidKey(value)).toContain('is a string');
  });

  it('names the text in its error', () => {
    expect(() => parseKey('a//b')).toThrow('"a//b" is not a valid key');
  });

  it('takes exactly the texts whose segments are all names', () => {
    fc.assert(
      fc.property(tricky, (text) => {
        const names = text.split('/').every((name) => !['', '.', '..'].includes(name));
        expect(isKey(text)).toBe(names && !text.includes('\0') && text.isWellFormed());
      }),
      { numRuns: 2000 },
    );
  });

  it('takes nothing that leads out of a directory', () => {
    fc.assert(
      fc.property(tricky, (text) => {
        fc.pre(isKey(text));
        const url = new URL(text.split('/').map(encodeURIComponent).join('/'), 'file:///root/');
        expect(url.pathname.startsWith('/root/')).toBe(true);
        expect(url.pathname.length).toBeGreaterThan('/root/'.length);
      }),
    );
  });
});

describe('parsePrefix', () => {
  it('takes the root, and keys followed by one slash', () => {
    expect(parsePrefix('')).toBe(ROOT);
    for (const text of VALID_KEYS) expect(parsePrefix(`${text}/`)).toBe(`${text}/`);
  });

  it.each(['a', '/', '//', 'a//', '/a/', '../', 'a/../', './'])('refuses %j', (text) => {
    expect(() => parsePrefix(text)).toThrow(expect.objectContaining({ code: 'INVALID_KEY' }));
  });
});

describe('joinKey and joinPrefix', () => {
  it('put segments below a prefix', () => {
    expect(joinKey(ROOT, 'a')).toBe('a');
    expect(joinKey(parsePrefix('a/'), 'b', 'c/d')).toBe('a/b/c/d');
    expect(joinPrefix(ROOT, 'a', 'b')).toBe('a/b/');
    expect(joinPrefix(parsePrefix('a/'))).toBe('a/');
    expect(joinPrefix(ROOT)).toBe(ROOT);
  });

  it.each([[], [''], ['..'], ['a', ''], ['', 'a'], ['/a'], ['a/'], ['a', '..', 'b']])(
    'joinKey refuses %j',
    (...segments: string[]) => {
      expect(() => joinKey(ROOT, ...segments)).toThrow(
        expect.objectContaining({ code: 'INVALID_KEY' }),
      );
    },
  );

  it.each([[''], ['..'], ['a', ''], ['a/']])('joinPrefix refuses %j', (...segments: string[]) => {
    expect(() => joinPrefix(ROOT, ...segments)).toThrow(
      expect.objectContaining({ code: 'INVALID_KEY' }),
    );
  });

  it('never leave the prefix', () => {
    const prefix = parsePrefix('repositories/a/');
    fc.assert(
      fc.property(fc.array(tricky, { maxLength: 3 }), (segments) => {
        let key: string;
        try {
          key = joinKey(prefix, ...segments);
        } catch {
          return;
        }
        expect(key.startsWith(prefix)).toBe(true);
        expect(isKey(key)).toBe(true);
      }),
    );
  });
});

describe('parentOf', () => {
  it('gives the prefix that holds a key directly', () => {
    expect(parentOf(parseKey('a'))).toBe(ROOT);
    expect(parentOf(parseKey('a/b'))).toBe('a/');
    expect(parentOf(parseKey('a/b/c'))).toBe('a/b/');
  });

  it('and the last segment make the key again', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'bc', '\u{1f600}', '..d'), { minLength: 1, maxLength: 5 }),
        (names) => {
          const key = parseKey(names.join('/'));
          expect(joinKey(parentOf(key), names.at(-1) ?? '')).toBe(key);
        },
      ),
    );
  });
});

describe('compareKeys', () => {
  it('orders as stores do, not as JavaScript does', () => {
    const sorted = [
      '-',
      '/',
      '0',
      'A',
      'a',
      'a-b',
      'a/b',
      'a0',
      '\u00e9',
      '\ud7ff',
      '\ue000',
      '\uff5e',
      '\u{10000}',
      '\u{1f600}',
      '\u{10ffff}',
    ];
    expect([...sorted].reverse().sort(compareKeys)).toEqual(sorted);
    expect([...sorted].sort()).not.toEqual(sorted);
  });

  it('agrees with the order of UTF-8 bytes', () => {
    const unit = fc.constantFrom(
      'a',
      '/',
      '\u00e9',
      '\ud7ff',
      '\ue000',
      '\uffff',
      '\u{10000}',
      '\u{10ffff}',
      '\ud83d\ude00',
    );
    const text = fc.oneof(
      unicode,
      fc.array(unit, { maxLength: 6 }).map((units) => units.join('')),
    );
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(utf8(a, b));
      }),
      { numRuns: 5000 },
    );
  });

  it('is an order: a common beginning changes nothing, and swapping turns it round', () => {
    fc.assert(
      fc.property(unicode, unicode, unicode, (start, a, b) => {
        expect(Math.sign(compareKeys(start + a, start + b))).toBe(Math.sign(compareKeys(a, b)));
        expect(Math.sign(compareKeys(b, a))).toBe(Math.sign(-compareKeys(a, b)) + 0);
        expect(compareKeys(a, a)).toBe(0);
      }),
    );
  });
});
