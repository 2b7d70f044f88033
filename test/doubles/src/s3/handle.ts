import type { Account } from './model/account.ts';
import type { Bucket } from './model/bucket.ts';
import type { Part, Upload } from './model/upload.ts';
import type { ObjectVersion, Version } from './model/version.ts';
import { encrypted, etagOf } from './operations/encryption.ts';
import type { Facts } from './operations/facts.ts';
import { defaultChecksum } from './operations/put-object.ts';
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

export interface S3UploadOptions {
  /** Milliseconds since the epoch; now unless told. */
  readonly initiatedMs?: number;
  /** What was uploaded of it, from part 1 on. */
  readonly parts?: readonly (Uint8Array | string)[];
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
    const kept = factsFor(bucket, facts);
    const version: ObjectVersion = {
      ...kept,
      kind: 'object',
      versionId: bucket.nextVersionId(),
      bytes,
      etag: etagOf(bucket, kept.encryption, bytes),
      modifiedMs: facts.modifiedMs ?? this.#account.clock(),
      checksum: { ...defaultChecksum(bytes), type: 'FULL_OBJECT' },
      parts: undefined,
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

  /** Multipart uploads in progress, by key, then by age. */
  uploads(): Upload[] {
    return Array.from(this.#bucket.uploads.from(''), ([, uploads]) => uploads).flat();
  }

  /** Begins a multipart upload, with its parts, and leaves it. Returns its id. */
  startUpload(name: string, options: S3UploadOptions = {}): string {
    const bucket = this.#bucket;
    const { parts = [], initiatedMs = this.#account.clock() } = options;
    const upload: Upload = {
      id: bucket.ids.upload(),
      key: name,
      initiatedMs,
      initiatedAt: bucket.changes,
      facts: factsFor(bucket, {}),
      checksum: undefined,
      parts: new Map(),
    };
    for (const [index, content] of parts.entries()) {
      const part = partFor(bucket, index + 1, Buffer.from(content), initiatedMs);
      upload.parts.set(part.number, part);
    }
    bucket.addUpload(upload);
    return upload.id;
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

function factsFor(bucket: Bucket, facts: S3ObjectFacts): Facts {
  const metadata = Object.entries(facts.metadata ?? {});
  return {
    headers: {
      'content-type': facts.contentType ?? 'binary/octet-stream',
      ...Object.fromEntries(metadata.map(([name, value]) => [`x-amz-meta-${name}`, value])),
    },
    storageClass: facts.storageClass ?? (bucket.isDirectory ? 'EXPRESS_ONEZONE' : 'STANDARD'),
    ...encrypted(facts.encryption ?? bucket.encryption),
    retention: facts.retention,
    legalHold: facts.legalHold ?? false,
  };
}

function partFor(bucket: Bucket, number: number, bytes: Buffer, modifiedMs: number): Part {
  const etag = etagOf(bucket, bucket.encryption, bytes);
  return { number, bytes, etag, modifiedMs, checksum: undefined };
}
