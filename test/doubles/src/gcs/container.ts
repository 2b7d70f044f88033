import { Buffer } from 'node:buffer';
import { objectMissing } from './errors.ts';
import type { Bucket, Shown } from './store/bucket.ts';
import type { BucketSettings } from './store/bucket-settings.ts';
import type { Generation, ObjectFacts } from './store/generation.ts';
import type { Service } from './store/service.ts';

/** A bucket as tests arrange and inspect it, without HTTP and without what the service refuses. */
export class Container {
  readonly #service: Service;
  readonly #bucket: Bucket;

  constructor(service: Service, bucket: Bucket) {
    this.#service = service;
    this.#bucket = bucket;
  }

  get name(): string {
    return this.#bucket.name;
  }

  /** Live objects. */
  get size(): number {
    return this.#bucket.size;
  }

  /** Writes an object. @returns its generation */
  put(name: string, bytes: Uint8Array | string, facts: ObjectFacts = {}): string {
    const data = Buffer.from(bytes);
    return this.#service.write(this.#bucket, name, { data, facts }).generation;
  }

  /** Names of live objects, in UTF-8 order. */
  names(): string[] {
    return [...this.#bucket.from('', 'live')].map(([name]) => name);
  }

  /** The live generation. */
  object(name: string): Readonly<Generation> | undefined {
    return this.#bucket.live(name);
  }

  /** The generations of a name, oldest first: live and noncurrent ones, or the soft-deleted. */
  generations(name: string, shown: Shown = 'versions'): readonly Readonly<Generation>[] {
    return this.#bucket.show(name, shown);
  }

  /** Sets when the live object was written; its generation and etag stay. @throws when there is none */
  touch(name: string, modifiedMs: number): void {
    const object = this.#bucket.live(name);
    if (object === undefined) throw objectMissing(this.name, name);
    object.created = modifiedMs;
    object.updated = modifiedMs;
  }

  /** Changes settings of the bucket. */
  set(settings: Partial<BucketSettings>): void {
    this.#bucket.change({ ...this.#bucket.settings, ...settings });
  }
}
