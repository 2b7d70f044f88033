import assert from 'node:assert/strict';

/** @throws {Error} saying `what` is not as expected, with both values. */
export function same(actual: unknown, expected: unknown, what: string): void {
  try {
    assert.deepEqual(actual, expected);
  } catch {
    assert.fail(`${what}: got ${show(actual)}, expected ${show(expected)}`);
  }
}

function show(value: unknown): string {
  return JSON.stringify(value, undefined, Array.isArray(value) && value.length > 1 ? 1 : 0);
}
