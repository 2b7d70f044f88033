import { Flags } from '@oclif/core';
import { CliError } from '../errors/cli-error.ts';

/** A duration (`90s`, `15m`, `1h`, `7d`), in milliseconds. */
export const duration = Flags.custom<number>({
  helpValue: 'DURATION',
  // Loaded when a duration is given: help must not wait for the collector.
  parse: async (text, _, { name }) =>
    named(name, text, async () => {
      const { parseDuration } = await import('@dunnage/core');
      return parseDuration(text);
    }),
});

/** A whole number from `min` up. */
export const count = Flags.custom<number, { min?: number; max?: number }>({
  helpValue: 'N',
  parse: async (text, _, { name, min = 0, max = Number.MAX_SAFE_INTEGER }) =>
    number(name, text, min, max, true),
});

/** A share, 0–100; a `%` behind it is fine. */
export const percent = Flags.custom<number>({
  helpValue: 'PERCENT',
  parse: async (text, _, { name }) => number(name, text.replace(/%$/, ''), 0, 100, false),
});

function number(name: string, text: string, min: number, max: number, whole: boolean): number {
  const value = Number(text);
  const fits = text.trim() !== '' && value >= min && value <= max;
  if (fits && (!whole || Number.isSafeInteger(value))) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min} up` : `from ${min} to ${max}`;
  throw new CliError({
    code: 'USAGE',
    message: `--${name} ${text}: expected a ${whole ? 'whole ' : ''}number ${range}.`,
  });
}

async function named(name: string, text: string, parse: () => Promise<number>): Promise<number> {
  try {
    return await parse();
  } catch (error) {
    throw new CliError({
      code: 'USAGE',
      message: `--${name} ${text}: ${error instanceof Error ? error.message : String(error)}`,
      cause: error,
    });
  }
}
