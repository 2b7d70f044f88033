import fs from 'node:fs';
import { promisify } from 'node:util';
import { unsupported } from '@dunnage/driver-api';
import type { GetOptions, GetResult, Key, ObjectInfo, StatOptions } from '@dunnage/driver-api';
import type { Client } from './client.ts';
import { DRIVER, storageError, toStorageError } from './errors.ts';
import { refuseKey } from './paths.ts';
import { etagOf, infoOf } from './steps/info.ts';
import type { FileFacts } from './steps/info.ts';
import { runAsync } from './steps/io.ts';
import { endedShort, findAndOpen, findObject } from './steps/objects.ts';
import type { OpenFile } from './steps/objects.ts';
import { confirmRoot } from './steps/root.ts';
import type { Root } from './steps/root.ts';

/** Bytes that a body hands over at a time. */
const CHUNK = 256 * 1024;

const readAt = promisify(fs.read) as unknown as (
  fd: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number,
) => Promise<{ readonly bytesRead: number }>;
const closeFd = promisify(fs.close);

export async function stat(
  client: Client,
  key: Key,
  options: StatOptions = {},
): Promise<ObjectInfo | undefined> {
  const op = 'stat';
  checkKey(client, op, key, options.version);
  client.check(op, options.signal, key);
  return client.race(op, options.signal, key, find());

  async function find(): Promise<ObjectInfo | undefined> {
    const root = await client.root(op);
    try {
      const facts = await runAsync(findObject(root, op, key));
      if (facts !== undefined) return infoOf(key, facts);
      await runAsync(confirmRoot(root, op));
      return undefined;
    } catch (error) {
      throw toStorageError(error, op, key);
    }
  }
}

export async function get(client: Client, key: Key, options: GetOptions = {}): Promise<GetResult> {
  const op = 'get';
  checkKey(client, op, key, options.version);
  checkRange(key, options.range);
  client.check(op, options.signal, key);
  const root = await client.race(op, options.signal, key, client.root(op));
  const opening = openFile(root, key);
  let file: OpenFile;
  try {
    file = await client.race(op, options.signal, key, opening);
  } catch (error) {
    // Interrupted while it was being opened: it is closed as soon as it is open.
    opening.then(({ fd }) => closeFd(fd)).catch(() => {});
    throw error;
  }
  try {
    const range = resolveRange(key, file.facts, options);
    return { info: infoOf(key, file.facts), body: streamOf(client, key, file, range, options) };
  } catch (error) {
    await closeFd(file.fd);
    throw error;
  }
}

async function openFile(root: Root, key: Key): Promise<OpenFile> {
  const op = 'get';
  try {
    const file = await runAsync(findAndOpen(root, op, key));
    if (file !== undefined) return file;
    await runAsync(confirmRoot(root, op));
  } catch (error) {
    throw toStorageError(error, op, key);
  }
  throw storageError({ code: 'NOT_FOUND', op, key, message: `there is no object ${key}` });
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function checkRange(key: Key, range: GetOptions['range']): void {
  if (range === undefined) return;
  const { start, end } = range;
  const ends = end === undefined || (Number.isSafeInteger(end) && end > start);
  if (Number.isSafeInteger(start) && start >= 0 && ends) return;
  throw storageError({
    code: 'INVALID_ARGUMENT',
    op: 'get',
    key,
    message: `a range is { start, end } with 0 <= start < end, not { start: ${start}, end: ${end} }`,
  });
}

/** The bytes to read. @throws {StorageError} `PRECONDITION_FAILED`, `RANGE_NOT_SATISFIABLE`. */
function resolveRange(key: Key, facts: FileFacts, { range, ifMatch }: GetOptions): Range {
  const { size } = facts;
  const etag = etagOf(facts);
  const op = 'get';
  if (ifMatch !== undefined && ifMatch !== etag) {
    const message = `${key} has changed: its etag is ${etag}, not ${ifMatch}`;
    throw storageError({ code: 'PRECONDITION_FAILED', op, key, message });
  }
  if (range === undefined) return { start: 0, end: size };
  if (range.start >= size) {
    const message = `the range starts at ${range.start}, but ${key} has ${size} bytes`;
    throw storageError({ code: 'RANGE_NOT_SATISFIABLE', op, key, message });
  }
  return { start: range.start, end: Math.min(size, range.end ?? size) };
}

/**
 * The bytes of `range`, read as they are asked for. The file is closed when the last byte is read,
 * when the stream is cancelled or interrupted, and at the latest with the driver.
 */
function streamOf(
  client: Client,
  key: Key,
  { fd }: OpenFile,
  range: Range,
  { signal }: GetOptions,
): ReadableStream<Uint8Array> {
  const op = 'get';
  let at = range.start;
  /** The read under way: a descriptor is never closed below it, since its number may be reused. */
  let reading: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;
  const undo: (() => void)[] = [];

  function close(): Promise<void> {
    closing ??= (async () => {
      for (const each of undo) each();
      await reading.catch(() => {});
      await closeFd(fd);
    })();
    return closing;
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        undo.push(
          client.onClose(close),
          client.onInterrupt(signal, () => {
            controller.error(client.interruption(op, signal, key));
            close().catch(() => {});
          }),
        );
      },
      async pull(controller) {
        try {
          if (at < range.end) {
            const buffer = new Uint8Array(Math.min(CHUNK, range.end - at));
            const read = readAt(fd, buffer, 0, buffer.length, at);
            reading = read;
            const { bytesRead } = await read;
            if (closing !== undefined) return;
            if (bytesRead === 0)
              throw endedShort(op, key, at - range.start, range.end - range.start);
            at += bytesRead;
            controller.enqueue(buffer.subarray(0, bytesRead));
          }
          if (at < range.end) return;
          await close();
          controller.close();
        } catch (error) {
          await close().catch(() => {});
          throw toStorageError(error, op, key);
        }
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}

function checkKey(client: Client, op: string, key: Key, version: string | undefined): void {
  const refusal = refuseKey(client.rootPath, op, key);
  if (refusal !== undefined) throw refusal;
  if (version !== undefined) throw unsupported(DRIVER, op, 'versions');
}
