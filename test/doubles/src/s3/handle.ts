import { etagOf } from './operations/facts.ts';
import { defaultChecksum } from './operations/put-object.ts';
import type { Account } from './model/account.ts';
import type { Bucket } from './model/bucket.ts';
import type { ObjectVersion, Version } from './model/version.ts';
import type { Retention, S3BucketSettings } from './options.ts';

/** Facts about an object that is put without HTTP. */
export interface S3ObjectFacts {
  /** Milliseconds since the epoch; now unless told. */
  readonly modifiedMs?: number;
  readonly contentType?: string;
  /** User metadata, without `x-amz-meta-`. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly storageClass?: string;
  readonly encryption?: 'AES256' | 'aws:kms';
  readonly retention?: Retention;
  readonly legalHold?: boolean;
}

/** A bucket from within: what tests arrange and look at without HTTP. */
export class S3Bucket {
  readonly name: string;
  readonly #bucket: Bucket;
  readonly #account: Account;

  constructor(bucket: Bucket, account: Account) {
    this.name = bucket.name;
    this.#bucket = bucket;
    this.#account = account;
  }

  /** Objects, without versions that are not current. */
  get size(): number {
    return this.names().length;
  }

  /** Names of objects, in byte order. */
  names(): string[] {
    const all = Array.from(this.#bucket.keys.from(''), ([name]) => name);
    return all.filter((name) => this.object(name) !== undefined);
  }

  /** The current object of a name. */
  object(name: string): ObjectVersion | undefined {
    return this.#bucket.current(name);
  }

  /** All versions and delete markers of a name, newest first. */
  versions(name: string): readonly Version[] {
    return this.#bucket.versions(name);
  }

  /** Writes an object as PutObject would. */
  put(name: string, content: Uint8Array | string, facts: S3ObjectFacts = {}): ObjectVersion {
    const bucket = this.#bucket;
    const bytes = Buffer.from(content);
    const { encryption = bucket.encryption, metadata = {} } = facts;
    const version: ObjectVersion = {
      kind: 'object',
      versionId: bucket.nextVersionId(),
      bytes,
      etag: etagOf(bucket, encryption, bytes),
      modifiedMs: facts.modifiedMs ?? this.#account.clock(),
      headers: {
        'content-type': facts.contentType ?? 'binary/octet-stream',
        ...Object.fromEntries(
          Object.entries(metadata).map(([key, value]) => [`x-amz-meta-${key}`, value]),
        ),
      },
      storageClass: facts.storageClass ?? (bucket.isDirectory ? 'EXPRESS_ONEZONE' : 'STANDARD'),
      encryption,
      checksum: { ...defaultChecksum(bytes), type: 'FULL_OBJECT' },
      parts: undefined,
      retention: facts.retention,
      legalHold: facts.legalHold ?? false,
    };
    bucket.add(name, version);
    return version;
  }

  /** Sets when the current object was written; all else stays. @throws if there is none */
  touch(name: string, modifiedMs: number): void {
    this.#revise(name, { modifiedMs });
  }

  /** Sets or ends the legal hold of the current object. @throws if there is none */
  hold(name: string, legalHold: boolean): void {
    this.#revise(name, { legalHold });
  }

  /** Sets the retention of the current object, as nobody could by the protocol. @throws if there is none */
  retain(name: string, retention: Retention | undefined): void {
    this.#revise(name, { retention });
  }

  /** Changes settings; those left out stay. */
  configure(settings: S3BucketSettings): void {
    this.#bucket.settings = { ...this.#bucket.settings, ...settings };
  }

  #revise(name: string, change: Partial<ObjectVersion>): void {
    const version = this.#bucket.current(name);
    if (version === undefined)
      throw new Error(`${this.name} has no object ${JSON.stringify(name)}`);
    this.#bucket.revise(name, { ...version, ...change });
  }
}
