import type { BulkVerbs, ChildrenOutcome, Prefix } from '@dunnage/driver-api';
import { CoreError } from '../errors.ts';

/** The names directly below one prefix. */
export type Children = ChildrenOutcome & { readonly status: 'ok' };

/**
 * Opens each of `prefixes`. A directory that can't be listed, or that the driver forgets, could hold anything, so
 * either ends the run.
 * @throws {CoreError} `LISTING_INCOMPLETE`.
 */
export async function childrenOfAll(
  bulk: BulkVerbs,
  prefixes: readonly Prefix[],
  signal: AbortSignal | undefined,
  onChildren: (children: Children) => void,
): Promise<void> {
  const open = new Set<string>(prefixes);
  for await (const outcome of bulk.children(prefixes, { signal })) {
    if (outcome.status === 'failed')
      throw unreadable(outcome.prefix, outcome.error.message, outcome.error);
    if (open.delete(outcome.prefix)) onChildren(outcome);
  }
  for (const prefix of open) throw unreadable(prefix, 'the driver gave no answer');
}

function unreadable(prefix: string, why: string, cause?: unknown): CoreError {
  return new CoreError({
    code: 'LISTING_INCOMPLETE',
    key: prefix,
    message: `the directory ${prefix} can't be listed: ${why}`,
    advice:
      'Nothing was deleted, because what is in it would look unused. Make it readable for this user and run again.',
    cause,
  });
}
