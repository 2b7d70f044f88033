import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand, DeleteObjectsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Client } from './client.ts';
import { storedAs } from './conditions.ts';
import type { S3Settings } from './config.ts';
import { meaningOfError } from './errors.ts';
import { retentionOf } from './retention.ts';

/** Which conditions the store really honours. */
export interface Honoured {
  /** `If-None-Match: *` and `If-Match` on puts. */
  readonly puts: boolean;
  /** How `If-Match` on puts wants the etag: some know it only without its quotes. */
  readonly bare: boolean;
  /** Etags in bulk deletes. */
  readonly deletes: boolean;
}

/** An etag that no object has. */
const OTHER = '"00000000000000000000000000000000"';

/** Milliseconds that clearing away may take. */
const CLEAR_MS = 30_000;

/**
 * Tries conditions on a small object of its own, below `dunnage/`, and removes it with all its versions. Where a
 * rule of the bucket would keep it, or writing is not allowed, nothing is tried and nothing is honoured.
 */
export async function probe(
  client: Client,
  settings: S3Settings,
  signal: AbortSignal,
): Promise<Honoured> {
  const nothing = { puts: false, deletes: false, bare: false };
  if ((await retentionOf(client, settings, signal)).byDefault) return nothing;
  const scratch = new Scratch(client, settings, signal);
  try {
    const etag = await scratch.put();
    if (etag === undefined) return nothing;
    const refuses = (await scratch.refusesNew()) && (await scratch.refuses(OTHER));
    const quoted = refuses && !(await scratch.refuses(etag));
    const bare = refuses && !quoted && !(await scratch.refuses(etag.replaceAll('"', '')));
    const deletes = (await scratch.keeps(OTHER)) && !(await scratch.keeps(etag));
    return { puts: quoted || bare, bare, deletes };
  } catch (error) {
    if (meaningOfError(error).code !== 'PERMISSION_DENIED') throw error;
    return nothing;
  } finally {
    await scratch.remove();
  }
}

/** The object that is tried on. */
class Scratch {
  readonly #client: Client;
  readonly #settings: S3Settings;
  readonly #signal: AbortSignal;
  readonly #target: { readonly Bucket: string; readonly Key: string };
  readonly #versions = new Set<string>();
  #written = false;

  constructor(client: Client, settings: S3Settings, signal: AbortSignal) {
    this.#client = client;
    this.#settings = settings;
    this.#signal = signal;
    const name = `${settings.root}dunnage/probe-${randomUUID()}`;
    this.#target = { Bucket: settings.bucket, Key: name };
  }

  /** Writes the object, the same each time; its etag. */
  async put(condition: { IfMatch?: string; IfNoneMatch?: string } = {}) {
    const stored = storedAs(this.#settings);
    const content = { Body: Buffer.from('probe'), ContentLength: 5 };
    const command = new PutObjectCommand({ ...this.#target, ...content, ...stored, ...condition });
    this.#written = true;
    const { ETag, VersionId } = await this.#client.run(this.#signal, (sdk, given) =>
      sdk.send(command, given),
    );
    if (VersionId !== undefined) this.#versions.add(VersionId);
    return ETag;
  }

  refusesNew(): Promise<boolean> {
    return this.#fails(this.put({ IfNoneMatch: '*' }));
  }

  refuses(etag: string): Promise<boolean> {
    return this.#fails(this.put({ IfMatch: etag }));
  }

  /** Whether a bulk delete leaves the object because it has not this etag. */
  async keeps(etag: string): Promise<boolean> {
    const { Bucket, Key } = this.#target;
    const command = new DeleteObjectsCommand({
      Bucket,
      Delete: { Objects: [{ Key, ETag: etag }], Quiet: false },
    });
    try {
      const { Deleted = [], Errors = [] } = await this.#client.run(this.#signal, (sdk, given) =>
        sdk.send(command, given),
      );
      for (const { DeleteMarkerVersionId } of Deleted) {
        if (DeleteMarkerVersionId !== undefined) this.#versions.add(DeleteMarkerVersionId);
      }
      return Errors.some((error) => /Precondition ?Failed/.test(error.Code ?? ''));
    } catch (error) {
      if (isPassing(error)) throw error;
      return false;
    }
  }

  /** Removes the object and everything that was made of it. */
  async remove(): Promise<void> {
    if (!this.#written) return;
    const signal = AbortSignal.timeout(CLEAR_MS);
    const targets =
      this.#versions.size === 0
        ? [this.#target]
        : [...this.#versions].map((id) => ({ ...this.#target, VersionId: id }));
    for (const target of targets) {
      try {
        await this.#client.run(signal, (sdk, given) =>
          sdk.send(new DeleteObjectCommand(target), given),
        );
      } catch {
        const { Key } = this.#target;
        this.#settings.warn(
          `a small object for trying out was left behind: ${JSON.stringify(Key)}`,
        );
        return;
      }
    }
  }

  async #fails(put: Promise<unknown>): Promise<boolean> {
    try {
      await put;
      return false;
    } catch (error) {
      if (isPassing(error)) throw error;
      return meaningOfError(error).code === 'PRECONDITION_FAILED';
    }
  }
}

/** An error that says nothing of conditions: the question stays open. */
function isPassing(error: unknown): boolean {
  const { code } = meaningOfError(error);
  return !['PRECONDITION_FAILED', 'UNSUPPORTED', 'INVALID_ARGUMENT'].includes(code);
}
