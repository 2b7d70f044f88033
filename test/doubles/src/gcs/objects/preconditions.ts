import { conditionNotMet, notModified } from '../errors.ts';
import type { Call } from '../protocol/call.ts';
import { int64 } from '../protocol/parameters.ts';
import type { Generation } from '../store/generation.ts';

/** What has a metageneration, and perhaps a generation: objects and buckets. */
type Versioned = Pick<Generation, 'metageneration'> & Partial<Pick<Generation, 'generation'>>;

interface Kind {
  /** For reads, "not match" that fails says that nothing changed. */
  readonly read: boolean;
  readonly prefix?: 'if' | 'ifSource';
}

/**
 * Checks the four preconditions of the JSON API. Generation 0 stands for "there is none".
 * @throws GcsError 412, or 304 for reads
 */
export function checkPreconditions(
  call: Call,
  current: Versioned | undefined,
  { read, prefix = 'if' }: Kind,
): void {
  const generation = current === undefined ? '0' : current.generation;
  const metageneration = current?.metageneration.toString();
  for (const [name, actual] of [
    ['Generation', generation],
    ['Metageneration', metageneration],
  ] as const) {
    const match = int64(call, `${prefix}${name}Match`);
    if (match !== undefined && match !== actual) throw conditionNotMet();
    const notMatch = int64(call, `${prefix}${name}NotMatch`);
    if (notMatch !== undefined && notMatch === actual) {
      throw read ? notModified() : conditionNotMet();
    }
  }
}
