import { SortedMap } from '../../shared/sorted-map.ts';
import type { S3BucketSettings, S3Quirk } from '../options.ts';
import type { Ids } from './ids.ts';
import type { Upload } from './upload.ts';
import { NULL_VERSION } from './version.ts';
import type { DeleteMarker, ObjectVersion, Version } from './version.ts';

const MIB = 1024 * 1024;

/** Directory buckets are known by their names: unordered, without versions. */
function isDirectoryName(name: string): boolean {
  return /^[a-z0-9-]+--[a-z0-9-]+--x-s3$/.test(name);
}

/** A bucket and what is in it. */
export class Bucket {
  readonly name: string;
  readonly createdMs: number;
  /** Replaced as a whole, so that tests can change a bucket while it is used. */
  settings: S3BucketSettings & { readonly region: string };
  /** Versions of each key, newest first; never an empty list. */
  readonly keys = new SortedMap<readonly Version[]>();
  /** Uploads in progress of each key, oldest first; never an empty list. */
  readonly uploads = new SortedMap<readonly Upload[]>();
  readonly ids: Ids;
  /** Counts writes and deletes. */
  #changes = 0;
  readonly #changed = new Map<string, number>();

  constructor(
    name: string,
    createdMs: number,
    settings: S3BucketSettings & { region: string },
    ids: Ids,
  ) {
    this.name = name;
    this.createdMs = createdMs;
    this.settings = settings;
    this.ids = ids;
  }

  get versioning(): 'Enabled' | 'Suspended' | undefined {
    return this.hasLocks ? 'Enabled' : this.settings.versioning;
  }

  get hasLocks(): boolean {
    return (this.settings.objectLock ?? false) !== false;
  }

  get isDirectory(): boolean {
    return isDirectoryName(this.name);
  }

  get encryption(): 'AES256' | 'aws:kms' {
    return this.settings.encryption ?? 'AES256';
  }

  get pageLimit(): number {
    return this.settings.pageLimit ?? 1000;
  }

  get deleteLimit(): number {
    return this.settings.deleteLimit ?? 1000;
  }

  get minPartSize(): number {
    return this.settings.minPartSize ?? 5 * MIB;
  }

  get maxCopySize(): number {
    return this.settings.maxCopySize ?? 5 * 1024 * MIB;
  }

  has(quirk: S3Quirk): boolean {
    return this.settings.quirks?.includes(quirk) ?? false;
  }

  denies(action: string): boolean {
    return this.settings.denied?.includes(action) ?? false;
  }

  versions(key: string): readonly Version[] {
    return this.keys.get(key) ?? [];
  }

  /** The newest version, unless it says that the object was deleted. */
  current(key: string): ObjectVersion | undefined {
    const newest = this.versions(key)[0];
    return newest?.kind === 'object' ? newest : undefined;
  }

  /** The id that the next write gets. */
  nextVersionId(): string {
    return this.versioning === 'Enabled' ? this.ids.version() : NULL_VERSION;
  }

  /** Makes a version the newest. It replaces the one of the same id, of which only `null` can exist. */
  add(key: string, version: Version): void {
    const older = this.versions(key).filter((other) => other.versionId !== version.versionId);
    this.#store(key, [version, ...older]);
  }

  /** Puts another version in the place of the one with the same id; nobody calls that a change. */
  revise(key: string, version: Version): void {
    const versions = this.versions(key);
    this.keys.set(
      key,
      versions.map((other) => (other.versionId === version.versionId ? version : other)),
    );
  }

  /** Deletes as one does without naming a version. Returns the marker it left, if any. */
  remove(key: string, nowMs: number): DeleteMarker | undefined {
    if (this.versioning === undefined) {
      this.#store(key, []);
      return undefined;
    }
    const marker = { kind: 'marker', versionId: this.nextVersionId(), modifiedMs: nowMs } as const;
    this.add(key, marker);
    return marker;
  }

  /** Deletes one version for good. */
  removeVersion(key: string, versionId: string): void {
    this.#store(
      key,
      this.versions(key).filter((version) => version.versionId !== versionId),
    );
  }

  upload(key: string, id: string): Upload | undefined {
    return this.uploads.get(key)?.find((upload) => upload.id === id);
  }

  addUpload(upload: Upload): void {
    this.uploads.set(upload.key, [...(this.uploads.get(upload.key) ?? []), upload]);
  }

  removeUpload({ key, id }: Upload): void {
    const rest = (this.uploads.get(key) ?? []).filter((upload) => upload.id !== id);
    if (rest.length === 0) this.uploads.delete(key);
    else this.uploads.set(key, rest);
  }

  /** Grows with each write and delete. */
  get changes(): number {
    return this.#changes;
  }

  /** When a key changed last, as a count of changes. */
  changedAt(key: string): number {
    return this.#changed.get(key) ?? 0;
  }

  #store(key: string, versions: readonly Version[]): void {
    this.#changed.set(key, ++this.#changes);
    if (versions.length === 0) this.keys.delete(key);
    else this.keys.set(key, versions);
  }
}
