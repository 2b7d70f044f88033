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

function children(
  client: Client,
  requests: Many<Prefix>,
  { signal }: OpOptions = {},
): AsyncIterable<ChildrenOutcome> {
  return client.bulk<Prefix, Names, ChildrenOutcome>({
    job: { kind: 'children', op: 'children' },
    ...{ requests, itemOf: (prefix) => prefix, signal },
    outcomeOf(prefix, result) {
      if (result.status === 'failed') {
        return { status: 'failed', prefix, error: unpackError(result.error) };
      }
      // A directory that is not there is an empty one.
      const { objects, directories } = result.status === 'ok' ? result.value : NOTHING;
      return { status: 'ok', prefix, objects, directories };
    },
  });
}

function stat(
  client: Client,
  requests: Many<Key>,
  { signal }: OpOptions = {},
): AsyncIterable<StatOutcome> {
  return client.bulk<Key, FileFacts, StatOutcome>({
    job: { kind: 'stat', op: 'stat' },
    ...{ requests, itemOf: (key) => key, signal },
    outcomeOf(key, result) {
      if (result.status === 'ok') return { status: 'ok', key, info: infoOf(key, result.value) };
      if (result.status === 'missing') return { status: 'missing', key };
      return { status: 'failed', key, error: unpackError(result.error) };
    },
  });
}

function read(
  client: Client,
  requests: Many<Key>,
  { maxBytes, signal }: BulkReadOptions,
): AsyncIterable<ReadOutcome> {
  if (!(maxBytes >= 0)) {
    const message = `maxBytes is a number of bytes, not ${maxBytes}`;
    return failing(storageError({ code: 'INVALID_ARGUMENT', op: 'read', message }));
  }
  return client.bulk<Key, FileContent, ReadOutcome>({
    job: { kind: 'read', maxBytes },
    ...{ requests, itemOf: (key) => key, signal },
    outcomeOf(key, result) {
      if (result.status === 'ok') {
        const { facts, bytes } = result.value;
        return { status: 'ok', key, info: infoOf(key, facts), bytes };
      }
      if (result.status === 'missing') return { status: 'missing', key };
      return { status: 'failed', key, error: unpackError(result.error) };
    },
  });
}

function failing(error: Error): AsyncIterable<never> {
  async function next(): Promise<never> {
    throw error;
  }
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

const NOTHING: Names = { objects: [], directories: [] };
