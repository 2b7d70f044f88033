import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand, DeleteObjectsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Client } from './client.ts';
import { storedAs } from './conditions.ts';
import type { S3Settings } from './config.ts';
import { meaningOfError } from './errors.ts';
import { quoted } from './facts.ts';
import { retentionOf } from './retention.ts';

/** An etag that no object has. */
const OTHER = quoted('00000000000000000000000000000000');

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
): Promise<{ readonly puts: boolean; readonly deletes: boolean }> {
  const nothing = { puts: false, deletes: false };
  if ((await retentionOf(client, settings, signal)).byDefault) return nothing;
  const scratch = new Scratch(client, settings, signal);
  try {
    await scratch.put();
    const puts = (await scratch.refusesNew()) && (await scratch.refusesOther());
    return { puts, deletes: await scratch.keepsOther() };
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

  async put(condition: { IfMatch?: string; IfNoneMatch?: string } = {}): Promise<void> {
    const stored = storedAs(this.#settings);
    const content = { Body: Buffer.from('probe'), ContentLength: 5 };
    const command = new PutObjectCommand({ ...this.#target, ...content, ...stored, ...condition });
    this.#written = true;
    const { VersionId } = await this.#client.run(this.#signal, (sdk, given) =>
      sdk.send(command, given),
    );
    if (VersionId !== undefined) this.#versions.add(VersionId);
  }

  refusesNew(): Promise<boolean> {
    return this.#fails(this.put({ IfNoneMatch: '*' }));
  }

  refusesOther(): Promise<boolean> {
    return this.#fails(this.put({ IfMatch: OTHER }));
  }

  /** Whether a bulk delete leaves an object that has another etag than was named. */
  async keepsOther(): Promise<boolean> {
    const { Bucket, Key } = this.#target;
    const command = new DeleteObjectsCommand({
      Bucket,
      Delete: { Objects: [{ Key, ETag: OTHER }], Quiet: false },
    });
    try {
      const { Deleted = [], Errors = [] } = await this.#client.run(this.#signal, (sdk, given) =>
        sdk.send(command, given),
      );
      for (const { DeleteMarkerVersionId } of Deleted) {
        if (DeleteMarkerVersionId !== undefined) this.#versions.add(DeleteMarkerVersionId);
      }
      return Errors.some((error) => error.Code === 'PreconditionFailed');
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

  async #fails(put: Promise<void>): Promise<boolean> {
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
