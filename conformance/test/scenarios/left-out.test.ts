import { planScenarios, scenarios, type Subject } from '@dunnage/conformance/scenarios';
import { describe, expect, test } from 'vitest';
import { fs, memory } from './subjects.ts';

const large = ['tags/500', 'tags/1200', 'tags/1200-one-corrupt', 'storage/many-pages'];
const huge = 'damaged/index-of-10000';
const directories = 'repositories/empty-directories';
const space = 'explained/space-not-freed';
const prompt = ['failures/answer-lost', 'meanwhile/push-shares-a-layer', 'meanwhile/tagged-again'];

/** Which scenarios are not tried where: by name, so that none is left out unnoticed. */
const leftOut: readonly (readonly [Subject, readonly string[]])[] = [
  [fs, ['tags/1200', 'tags/1200-one-corrupt', huge, space]],
  [memory('fs'), [...large, huge, space]],
  [memory('s3'), [directories, space]],
  [memory('s3-versioned'), [...large, huge, directories]],
  [memory('gcs'), [...large, huge, directories]],
  [memory('azure'), [...large, huge, directories, space]],
  [memory('plain'), [directories, space]],
  [memory('eventual'), [...large, huge, directories, space, ...prompt]],
];

describe('what is left out', () => {
  test.each(leftOut)('of %o', async (subject, ids) => {
    const { applicable, notApplicable } = await planScenarios(subject);
    const names = notApplicable.map(({ scenario }) => scenario.id);
    expect(names.toSorted()).toEqual(ids.toSorted());
    expect(applicable.length + notApplicable.length).toBe(scenarios.length);
    for (const { reason } of notApplicable) expect(reason.length).toBeGreaterThan(20);
  });

  test('ids are unique, and each scenario says where it comes from', () => {
    expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length);
    for (const { source, title } of scenarios)
      expect(Math.min(source.length, title.length)).toBeGreaterThan(0);
  });
});
