import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, isCoreError, parseSize } from '@dunnage/core';

function refusal(text: string, total?: number): string {
  try {
    parseSize(text, total);
  } catch (error) {
    if (isCoreError(error) && error.code === 'INVALID_OPTION') return error.message;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('parseSize', () => {
  it.each([
    ['10GB', 1e10],
    ['10 gb', 1e10],
    ['512MiB', 512 * 2 ** 20],
    ['1.5TB', 1.5e12],
    ['1.5 TB', 1.5e12],
    ['2.3TB', 2.3e12],
    ['1kB', 1000],
    ['1KiB', 1024],
    ['1024', 1024],
    ['0', 0],
    ['7B', 7],
    ['1EiB', 2 ** 60],
  ])('reads %s', (text, bytes) => {
    if (bytes > Number.MAX_SAFE_INTEGER) expect(refusal(text)).toContain(text);
    else expect(parseSize(text)).toBe(bytes);
  });

  it('takes a share of a total', () => {
    expect(parseSize('20%', 1000)).toBe(200);
    expect(parseSize('0.5%', 1001)).toBe(5);
    expect(parseSize('100%', 7)).toBe(7);
    expect(parseSize('0%', 7)).toBe(0);
  });

  it('refuses a share where there is no total, and says so', () => {
    expect(refusal('20%')).toContain('no total');
  });

  it.each([
    '',
    ' ',
    '12 foo',
    '-1GB',
    '+1GB',
    'NaN',
    '1e9',
    '1,000',
    '1.5',
    '1.5B',
    '.5GB',
    '1G',
    '1 0',
    '1iB',
    '10GBps',
    '0x10',
  ])('refuses %j, showing it and what is accepted', (text) => {
    expect(refusal(text)).toContain(JSON.stringify(text));
    expect(refusal(text)).toContain('10GB (10^10), 512MiB');
  });

  it.each(['101%', '-1%', '%', '1e1%'])('refuses the share %j', (text) => {
    expect(refusal(text, 1000)).toContain('from 0% to 100%');
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_200_000_000, '1.2 GB'],
    [80e12, '80 TB'],
  ])('writes %d as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('is read back to three digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (bytes) => {
        const back = parseSize(formatBytes(bytes));
        expect(Math.abs(back - bytes)).toBeLessThanOrEqual(bytes / 200);
      }),
    );
  });
});

it('reads every whole number of every unit exactly', () => {
  const units = [
    ['B', 1],
    ['kB', 1e3],
    ['MB', 1e6],
    ['GB', 1e9],
    ['KiB', 2 ** 10],
    ['MiB', 2 ** 20],
    ['GiB', 2 ** 30],
  ] as const;
  fc.assert(
    fc.property(fc.nat(1e6), fc.constantFrom(...units), (count, [unit, factor]) => {
      expect(parseSize(`${count}${unit}`)).toBe(count * factor);
    }),
  );
});
