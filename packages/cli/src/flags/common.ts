import { Args, Flags } from '@oclif/core';
import { LOG_LEVELS, type LogLevel } from '../output/output.ts';
import { count, duration } from './values.ts';

/** What every command takes. */
export const globalFlags = {
  json: Flags.boolean({
    helpGroup: 'GLOBAL',
    summary: 'Print one JSON document on stdout, also for an error; messages stay on stderr.',
  }),
  quiet: Flags.boolean({
    char: 'q',
    helpGroup: 'GLOBAL',
    summary: 'Say nothing but what went wrong.',
  }),
  'log-level': Flags.option({
    options: LOG_LEVELS as [LogLevel, ...LogLevel[]],
    helpGroup: 'GLOBAL',
    helpValue: 'LEVEL',
    default: 'info' as LogLevel,
    summary: 'How much to say: error, warn, info or debug.',
  })(),
  'no-color': Flags.boolean({
    helpGroup: 'GLOBAL',
    summary: 'No colours. So does the environment variable NO_COLOR.',
  }),
};

/** What every command takes that reads a storage. */
export const storageFlags = {
  config: Flags.string({
    helpGroup: 'STORAGE',
    helpValue: 'FILE',
    summary:
      "Take the storage from the registry's own config.yml and REGISTRY_STORAGE_… variables.",
  }),
  concurrency: count({
    helpGroup: 'STORAGE',
    min: 1,
    max: 4096,
    summary: 'Requests in flight at most (default 16).',
  }),
  timeout: duration({
    helpGroup: 'STORAGE',
    summary: 'Give up an attempt of a request after this long (default 60s).',
  }),
};

/**
 * What every argument needs: oclif would otherwise take one that is missing from stdin, be it a plan or the list
 * that a loop in a script reads from.
 */
export const onlyFromCommandLine = { ignoreStdin: true } as const;

/** The last argument of every command that reads a storage. */
export const storageArg = Args.string({
  ...onlyFromCommandLine,
  name: 'storage',
  description:
    "Directory or URL of the registry's storage: /var/lib/registry, file:///var/lib/registry. Or give --config.",
});

export const ndjsonFlag = Flags.boolean({
  helpGroup: 'GLOBAL',
  exclusive: ['json'],
  summary: 'Print every event as a line of JSON on stdout; the last line is the report.',
});
