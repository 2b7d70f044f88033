import { Access } from '../authorization.ts';
import { bucketMissing } from '../errors.ts';
import { Bucket } from './bucket.ts';
import type { BucketSettings } from './bucket-settings.ts';
import { crc32c, md5 } from './checksums.ts';
import type { Generation, ObjectFacts } from './generation.ts';

/** What a generation is made of; all else follows. */
export interface Draft {
  readonly data: Buffer;
  readonly facts: ObjectFacts;
  readonly componentCount?: number;
}

interface ServiceOptions {
  readonly clock: () => number;
  readonly permissions: readonly string[] | undefined;
  readonly rewriteBytesPerCall: number;
}

/** All state of the double. */
export class Service {
  readonly buckets = new Map<string, Bucket>();
  readonly clock: () => number;
  #lastGeneration = 0n;

  /** What the caller may do. */
  readonly access: Access;
  /** Bytes that one rewrite call copies at most. */
  readonly rewriteBytesPerCall: number;

  constructor({ clock, permissions, rewriteBytesPerCall }: ServiceOptions) {
    this.clock = clock;
    this.access = new Access(permissions);
    this.rewriteBytesPerCall = rewriteBytesPerCall;
  }

  /** @throws GcsError 404 */
  bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) throw bucketMissing();
    return bucket;
  }

  createBucket(name: string, settings: BucketSettings): Bucket {
    const bucket = new Bucket(name, settings, this.clock);
    this.buckets.set(name, bucket);
    return bucket;
  }

  /** Writes an object. What could forbid it has been asked before. */
  write(bucket: Bucket, name: string, draft: Draft): Generation {
    const now = this.clock();
    const { data, componentCount } = draft;
    const held = bucket.settings.defaultEventBasedHold ? { eventBasedHold: true } : {};
    const object: Generation = {
      bucket: bucket.name,
      name,
      generation: this.#nextGeneration(now),
      metageneration: 1,
      data,
      md5: componentCount === undefined ? md5(data) : undefined,
      crc32c: crc32c(data),
      componentCount,
      facts: { ...held, ...draft.facts },
      created: now,
      updated: now,
      deleted: undefined,
      softDeleted: undefined,
      released: undefined,
    };
    bucket.add(object);
    return object;
  }

  /** Microseconds, as the service has them, and always later than the one before. */
  #nextGeneration(now: number): string {
    const byClock = BigInt(Math.trunc(now)) * 1000n;
    this.#lastGeneration = byClock > this.#lastGeneration ? byClock : this.#lastGeneration + 1n;
    return this.#lastGeneration.toString();
  }
}
