import { conditionNotMet, invalid, notModified } from '../errors.ts';
import type { Call } from '../protocol/call.ts';
import { int64 } from '../protocol/parameters.ts';
import type { Generation } from '../store/generation.ts';

/** What has a metageneration, and perhaps a generation: objects and buckets. */
type Versioned = Pick<Generation, 'metageneration'> & Partial<Pick<Generation, 'generation'>>;

/**
 * Checks the four preconditions of the JSON API.
 * @throws GcsError 412; 304 where there is what should not be, for writes too; 400 for conditions that
 * exclude one another
 */
export function checkPreconditions(
  call: Call,
  current: Versioned | undefined,
  prefix: 'if' | 'ifSource' = 'if',
): void {
  // Generation 0 stands for "there is none".
  const generation = current === undefined ? '0' : current.generation;
  const metageneration = current?.metageneration.toString();
  for (const [name, actual] of [
    [`${prefix}Generation`, generation],
    [`${prefix}Metageneration`, metageneration],
  ] as const) {
    const match = int64(call, `${name}Match`);
    const notMatch = int64(call, `${name}NotMatch`);
    if (match !== undefined && notMatch !== undefined) {
      throw invalid(`${name}Match and ${name}NotMatch are mutually exclusive.`);
    }
    if (match !== undefined && match !== actual) throw conditionNotMet();
    if (notMatch === undefined) continue;
    // "Not match" is about what there is: nothing never holds.
    if (current === undefined) throw conditionNotMet();
    if (notMatch === actual) throw notModified();
  }
}
