import { expect, test } from 'vitest';

/** A question to a server, and what it is to answer. */
export interface Question {
  readonly name: string;
  readonly expected: unknown;
  readonly run: () => Promise<unknown>;
}

/**
 * Asks a double and a real server the same questions, one test for each. Both have to answer as they are
 * expected to, and alike but where a difference of the real one is known and argued.
 */
export function registerFidelity(
  double: readonly Question[],
  real: readonly Question[],
  isKnown: (question: string) => boolean,
): void {
  const ofReal = new Map(real.map((question) => [question.name, question]));
  test.each(double)('$name', async ({ name, expected, run }) => {
    const question = ofReal.get(name);
    expect(question, 'the same questions').toBeDefined();
    expect(await question?.run(), 'the real server').toEqual(question?.expected);
    expect(await run(), 'the double').toEqual(expected);
    if (isKnown(name))
      expect(question?.expected, 'a difference that is none').not.toEqual(expected);
    else expect(question?.expected, 'a difference without a reason').toEqual(expected);
  });
  test('each known difference is of a question that is asked', () => {
    const asked = double.map(({ name }) => name);
    expect(real.map(({ name }) => name)).toEqual(asked);
  });
}
