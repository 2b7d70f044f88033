import { StorageError } from '@dunnage/driver-api';
import type { Key, ObjectInfo, PutOptions } from '@dunnage/driver-api';
import type { Bucket } from './bucket.ts';
import { rewrite, transfer } from './copy.ts';
import type { Source } from './copy.ts';
import { HttpFailure } from './http/failure.ts';
import { lookUp } from './read.ts';
import { INFO_FIELDS, infoOf } from './resource.ts';
import type { ObjectResource } from './resource.ts';

/** Gives objects other keys. */
export class Mover {
  readonly #bucket: Bucket;
  /** False once the store has shown that it has no such call. */
  #atomic = true;

  constructor(bucket: Bucket) {
    this.#bucket = bucket;
  }

  /**
   * In one step where the store can; else by a copy, after which the source is deleted only if it is
   * still what was copied.
   */
  async move(from: Key, to: Key, options: PutOptions = {}): Promise<ObjectInfo> {
    return transfer(this.#bucket, 'move', from, to, options, async (source, condition, signal) => {
      if (from === to && condition === undefined) return source;
      if (this.#atomic && from !== to) {
        const moved = await this.#moveAtomically(source, to, condition, signal);
        if (moved !== undefined) return moved;
      }
      const info = await rewrite(
        this.#bucket,
        { from: source, to, ifGenerationMatch: condition },
        signal,
      );
      if (from !== to) await this.#remove(source, signal);
      return info;
    });
  }

  /** @returns `undefined` where the store can't. */
  async #moveAtomically(
    source: Source,
    to: Key,
    ifGenerationMatch: string | undefined,
    signal: AbortSignal,
  ): Promise<ObjectInfo | undefined> {
    const { paths, client } = this.#bucket;
    const path = paths.move(this.#bucket.nameOf(source.key), this.#bucket.nameOf(to), {
      ...{ ifGenerationMatch, ifSourceGenerationMatch: source.version, fields: INFO_FIELDS },
    });
    try {
      return infoOf(to, (await client.askJson({ method: 'POST', path }, signal)) as ObjectResource);
    } catch (error) {
      if (!(error instanceof HttpFailure) || ![400, 404, 405, 501].includes(error.status))
        throw error;
      // "Not found" can be the object or the call.
      const still = await lookUp(this.#bucket, source.key, undefined, signal);
      if (still?.version !== source.version) throw error;
      this.#atomic = false;
      return undefined;
    }
  }

  /** @throws {StorageError} which says that the copy is there */
  async #remove({ key, version }: Source, signal: AbortSignal): Promise<void> {
    const { paths, client, session } = this.#bucket;
    const path = paths.object(this.#bucket.nameOf(key), { ifGenerationMatch: version });
    try {
      await client.ask({ method: 'DELETE', path, accepts: [404] }, signal);
    } catch (error) {
      signal.throwIfAborted();
      const { code, message, op, driver, status, providerCode, requestId, cause } =
        session.toStorageError(error, 'move', key);
      throw new StorageError({
        ...{ code, op, driver, key, status, providerCode, requestId, cause, applied: 'unknown' },
        message: `${message}; its copy was made, but it is still there itself`,
      });
    }
  }
}
