import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, isCoreError, parseDuration } from '@dunnage/core';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('parseDuration', () => {
  it.each([
    ['90s', 90 * SECOND],
    ['15m', 15 * MINUTE],
    ['1h', HOUR],
    ['7d', 7 * DAY],
    ['2w', 14 * DAY],
    ['1h30m', 90 * MINUTE],
    ['1h 30m', 90 * MINUTE],
    ['1d12h', 36 * HOUR],
    ['500ms', 500],
    ['1.5h', 90 * MINUTE],
    ['0s', 0],
    ['0.4ms', 0],
    [' 10 s ', 10 * SECOND],
    ['1m1ms', MINUTE + 1],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    ' ',
    '12 foo',
    '1h foo',
    'foo 1h',
    '-1h',
    '+1h',
    '30',
    '0',
    'NaN',
    'Infinity',
    '1e9y',
    '1e3s',
    '1y',
    '1M',
    '1H',
    '1h1h',
    '30m1h',
    '1,000s',
    '1_000s',
    '.5h',
    '1.h',
    '1h-30m',
    '1hour',
    '99999999999999999999w',
  ])('refuses %j, showing it and what is accepted', (text) => {
    let error: unknown;
    try {
      parseDuration(text);
    } catch (thrown) {
      error = thrown;
    }
    if (!isCoreError(error)) throw new Error(`accepted, or failed otherwise: ${String(error)}`);
    expect(error.code).toBe('INVALID_OPTION');
    expect(error.message).toContain(JSON.stringify(text));
    expect(error.message).toContain('90s, 15m, 1h');
  });

  it('gives a whole number of milliseconds or refuses, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'0123456789. -wdhms'), maxLength: 12 }),
        (text) => {
          try {
            const ms = parseDuration(text);
            expect(Number.isSafeInteger(ms) && ms >= 0).toBe(true);
          } catch (error) {
            expect(isCoreError(error)).toBe(true);
          }
        },
      ),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [90 * MINUTE, '1h 30m'],
    [2400, '2.4s'],
    [7 * DAY, '7d'],
    [0, '0ms'],
    [500, '500ms'],
    [400 * DAY, '400d'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('is read back: whole seconds exactly, anything else to a tenth of a second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 * DAY }), (ms) => {
        const seconds = ms - (ms % SECOND);
        expect(parseDuration(formatDuration(seconds))).toBe(seconds);
        expect(Math.abs(parseDuration(formatDuration(ms)) - ms)).toBeLessThanOrEqual(100);
      }),
    );
  });
});
