import type {
  BulkReadOptions,
  BulkVerbs,
  ChildrenOutcome,
  Key,
  Many,
  OpOptions,
  Prefix,
  ReadOutcome,
  StatOutcome,
} from '@dunnage/driver-api';
import type { Client } from './client.ts';
import { storageError, unpackError } from './errors.ts';
import type { Names } from './steps/children.ts';
import { infoOf } from './steps/info.ts';
import type { FileFacts } from './steps/info.ts';
import type { FileContent } from './steps/objects.ts';

/** The bulk verbs of one driver. */
export function bulkVerbs(client: Client): BulkVerbs {
  return {
    children: (prefixes, options) => children(client, prefixes, options),
    stat: (keys, options) => stat(client, keys, options),
    read: (keys, options) => read(client, keys, options),
  };
}

async function* children(
  client: Client,
  prefixes: Many<Prefix>,
  { signal }: OpOptions = {},
): AsyncGenerator<ChildrenOutcome, void, undefined> {
  const job = { kind: 'children', op: 'children' } as const;
  for await (const { request: prefix, result } of client.bulk<Prefix, Names>(
    job,
    prefixes,
    (name) => ({ name }),
    signal,
  )) {
    if (result.status === 'failed') {
      yield { status: 'failed', prefix, error: unpackError(result.error) };
    } else {
      // A directory that is not there is an empty one.
      const { objects, directories } = result.status === 'ok' ? result.value : NOTHING;
      yield { status: 'ok', prefix, objects, directories };
    }
  }
}

async function* stat(
  client: Client,
  keys: Many<Key>,
  { signal }: OpOptions = {},
): AsyncGenerator<StatOutcome, void, undefined> {
  const job = { kind: 'stat', op: 'stat' } as const;
  for await (const { request: key, result } of client.bulk<Key, FileFacts>(
    job,
    keys,
    (name) => ({ name }),
    signal,
  )) {
    if (result.status === 'ok') yield { status: 'ok', key, info: infoOf(key, result.value) };
    else if (result.status === 'missing') yield { status: 'missing', key };
    else yield { status: 'failed', key, error: unpackError(result.error) };
  }
}

async function* read(
  client: Client,
  keys: Many<Key>,
  { maxBytes, signal }: BulkReadOptions,
): AsyncGenerator<ReadOutcome, void, undefined> {
  if (!(maxBytes >= 0)) {
    const message = `maxBytes is a number of bytes, not ${maxBytes}`;
    throw storageError({ code: 'INVALID_ARGUMENT', op: 'read', message });
  }
  for await (const { request: key, result } of client.bulk<Key, FileContent>(
    { kind: 'read', maxBytes },
    keys,
    (name) => ({ name }),
    signal,
  )) {
    if (result.status === 'ok') {
      const { facts, bytes } = result.value;
      yield { status: 'ok', key, info: infoOf(key, facts), bytes };
    } else if (result.status === 'missing') yield { status: 'missing', key };
    else yield { status: 'failed', key, error: unpackError(result.error) };
  }
}

const NOTHING: Names = { objects: [], directories: [] };
