import { AssertionError } from 'node:assert';
import { isStorageError } from '@dunnage/driver-api';
import { CONTRACT, runCheck } from '@dunnage/conformance/contract';
import { createMemoryDriver, MemoryStore } from '@dunnage/driver-memory';
import { describe, expect, it } from 'vitest';
import { ABORT } from './mutants/abort.ts';
import { BULK } from './mutants/bulk.ts';
import { CONCURRENCY } from './mutants/concurrency.ts';
import { CONDITIONS } from './mutants/conditions.ts';
import { CONTENT } from './mutants/content.ts';
import { COPIES } from './mutants/copies.ts';
import { DELETE } from './mutants/delete.ts';
import { FACTS } from './mutants/facts.ts';
import { HONESTY } from './mutants/honesty.ts';
import { LISTING } from './mutants/listing.ts';
import type { Mutant } from './mutants/mutant.ts';
import { NAMES } from './mutants/names.ts';

const MUTANTS: readonly Mutant[] = [
  ...LISTING,
  ...CONTENT,
  ...DELETE,
  ...CONDITIONS,
  ...FACTS,
  ...NAMES,
  ...COPIES,
  ...CONCURRENCY,
  ...ABORT,
  ...HONESTY,
  ...BULK,
];

/** What the check says of the mutant: the error by which it is caught, `undefined` if it is not. */
async function judge(mutant: Mutant): Promise<unknown> {
  const { caughtBy, profile = 's3' } = mutant;
  const check = CONTRACT.find(({ id }) => id === caughtBy);
  if (check === undefined) throw new TypeError(`there is no check ${caughtBy}`);
  const stores = new Map<string, MemoryStore>();
  let time = Date.UTC(2026, 0, 1);
  const target = {
    async open(token: string) {
      const store =
        stores.get(token) ?? new MemoryStore(token, { profile, clock: () => (time += 100) });
      stores.set(token, store);
      return mutant.spoil(createMemoryDriver({ store }));
    },
    patienceMs: 100,
  };
  return runCheck(check, target).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('the contract checks notice a driver that', () => {
  it.each(MUTANTS)('$name ($caughtBy)', async (mutant) => {
    const error = await judge(mutant);
    expect(error, 'nothing is noticed').toBeDefined();
    // Caught by the rule, not by a mistake of the check itself.
    expect(error instanceof AssertionError || isStorageError(error), String(error)).toBe(true);
  });
});

describe('the contract checks', () => {
  it('have ids of their own', () => {
    expect(new Set(CONTRACT.map(({ id }) => id)).size).toBe(CONTRACT.length);
  });

  it('can fail, each of them', () => {
    const needed = new Set(MUTANTS.map(({ caughtBy }) => caughtBy));
    expect(CONTRACT.map(({ id }) => id).filter((id) => !needed.has(id))).toEqual([]);
  });
});
