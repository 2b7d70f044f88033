import type { Item, Job, Result } from '../steps/jobs.ts';
import type { Root } from '../steps/root.ts';

/** What a worker is asked. */
export interface Task {
  readonly root: Root;
  readonly job: Job;
  readonly items: readonly Item[];
  /** Not zero: stop before the next item. */
  readonly stop: Int32Array;
}

/** What it answers: the contents of all files in one buffer, which is moved and not copied. */
export interface Answer {
  readonly results: readonly Result[];
  readonly contents?: Uint8Array<ArrayBuffer>;
}

const NOTHING = new Uint8Array(0);

/** Moves the contents of `results` into one buffer. */
export function pack(results: readonly Result[]): Answer {
  let length = 0;
  for (const result of results) length += contentOf(result)?.length ?? 0;
  if (length === 0) return { results };
  const contents = new Uint8Array(length);
  let offset = 0;
  const emptied = results.map((result) => {
    const bytes = contentOf(result);
    if (bytes === undefined || result.status !== 'ok') return result;
    contents.set(bytes, offset);
    offset += bytes.length;
    return { ...result, value: { ...result.value, bytes: NOTHING } };
  });
  return { results: emptied as Result[], contents };
}

/** The reverse of {@link pack}, given that each content has the size of its file. */
export function unpack({ results, contents }: Answer): Result[] {
  if (contents === undefined) return [...results];
  let offset = 0;
  return results.map((result) => {
    if (result.status !== 'ok' || result.value === null || !('bytes' in result.value)) {
      return result;
    }
    const { facts } = result.value;
    const bytes = contents.subarray(offset, offset + facts.size);
    offset += facts.size;
    return { status: 'ok', value: { facts, bytes } };
  });
}

function contentOf(result: Result): Uint8Array | undefined {
  const value = result.status === 'ok' ? result.value : null;
  return value !== null && 'bytes' in value ? value.bytes : undefined;
}
