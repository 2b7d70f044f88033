import { Flags } from '@oclif/core';
import { ndjsonFlag, storageFlags } from './common.ts';
import { count, duration, percent } from './values.ts';

/** The guard against a wrong root. */
export function maxDeletePercent(summary: string) {
  return percent({ helpValue: 'PERCENT', summary });
}

/** What every command takes that deletes. */
export const deletingFlags = {
  ...storageFlags,
  yes: Flags.boolean({
    char: 'y',
    summary: 'Delete without asking. Needed where nobody can be asked, as in cron.',
  }),
  'max-delete-percent': maxDeletePercent(
    'Refuse (exit 5) when more than this share of all blobs would go (default 50).',
  ),
  'lock-ttl': duration({
    summary: "How long the collector's lock outlives a run that was killed (default 5m).",
  }),
  'max-parallel-manifest-gets': count({
    min: 1,
    summary: 'Manifests read in parallel at most (default: --concurrency).',
  }),
  'cache-dir': Flags.string({
    helpValue: 'DIR',
    exclusive: ['no-cache'],
    summary: 'Where parsed manifests are kept between runs.',
    description:
      'A manifest never changes, so no run needs to read one twice. Default: a directory of your user cache. It can be deleted at any time.',
  }),
  'no-cache': Flags.boolean({ summary: 'Neither use nor keep parsed manifests.' }),
  ndjson: ndjsonFlag,
};

/** What `gc` takes besides. */
export const gcFlags = {
  ...deletingFlags,
  'dry-run': Flags.boolean({
    char: 'd',
    summary: 'Say what would go, change nothing.',
  }),
  'delete-untagged': Flags.boolean({
    char: 'm',
    summary: 'Untagged manifests go too, unless a tagged image needs them.',
    description:
      'Children of tagged indexes and artifacts that refer to a live image (signatures, SBOMs, attestations) stay.',
  }),
  plan: Flags.string({
    helpValue: 'FILE',
    summary:
      'Keep the plan in this file: one line of JSON per object, with the reason; - is stdout.',
  }),
  'min-age': duration({
    summary: 'Leave alone what is younger than this (default 1h).',
    description:
      'A push stores its layers before the manifest that refers to them: what is young may be about to be used. 0s for none.',
  }),
  'remove-empty-repositories': Flags.boolean({
    summary:
      'Repositories without a manifest, tag or upload lose their last links and directories.',
  }),
  'purge-uploads': duration({
    helpValue: 'AGE',
    summary: 'Unfinished uploads that were started longer ago than this go too.',
  }),
};

/** The values of {@link deletingFlags}, as oclif parses them. */
export interface DeletingFlags {
  readonly config?: string | undefined;
  readonly concurrency?: number | undefined;
  readonly timeout?: number | undefined;
  readonly yes: boolean;
  readonly 'max-delete-percent'?: number | undefined;
  readonly 'lock-ttl'?: number | undefined;
  readonly 'max-parallel-manifest-gets'?: number | undefined;
  readonly 'cache-dir'?: string | undefined;
  readonly 'no-cache': boolean;
  readonly ndjson: boolean;
}
