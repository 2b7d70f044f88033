import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3';
import type { Prefix, VersionInfo } from '@dunnage/driver-api';
import { compareKeys } from '@dunnage/driver-api';
import { unreadable } from './answer.ts';
import { etagOf, infoOf, md5In, wholeSeconds } from './facts.ts';
import { decodeName } from './scan-page.ts';
import type { Store } from './store.ts';

/** What to list: names as the store has them. */
export interface VersionQuery {
  readonly prefix: string;
  readonly size: number;
  readonly children: boolean;
}

/** Behind which name, and version of it, a page begins. */
export interface VersionPlace {
  readonly name: string;
  /** Empty: behind all versions of the name. */
  readonly version: string;
}

export interface VersionPage {
  readonly objects: readonly VersionInfo[];
  readonly prefixes: readonly Prefix[];
  readonly truncated: boolean;
  /** Where the next page begins. */
  readonly next: VersionPlace | undefined;
}

/** Asks for one page of versions; it is whole, or this throws. */
export async function fetchVersions(
  store: Store,
  { prefix, size, children }: VersionQuery,
  from: VersionPlace | undefined,
  signal: AbortSignal,
): Promise<VersionPage> {
  const command = new ListObjectVersionsCommand({
    ...{ Bucket: store.bucket, EncodingType: 'url', MaxKeys: size, Prefix: prefix },
    ...(children && { Delimiter: '/' }),
    ...(from !== undefined && { KeyMarker: from.name }),
    // An empty one is no marker of a version, and refused as such.
    ...(from !== undefined && from.version !== '' && { VersionIdMarker: from.version }),
  });
  const output = await store.client.run(signal, (sdk, given) => sdk.send(command, given));
  const { Versions = [], DeleteMarkers = [], CommonPrefixes = [], IsTruncated } = output;
  if (IsTruncated === undefined) throw unreadable(200, {}, 'it does not say whether there is more');
  const versions = Versions.map((each) => versionIn(store, output, each, each.Size, false));
  const markers = DeleteMarkers.map((each) => versionIn(store, output, each, 0, true));
  const objects = [...versions, ...markers].filter((each) => each !== undefined);
  const prefixes = CommonPrefixes.map((each) => prefixIn(store, nameIn(output, each.Prefix)));
  const name = nameIn(output, output.NextKeyMarker);
  return {
    objects: objects.sort(newestFirst),
    prefixes: prefixes.filter((each) => each !== undefined),
    truncated: IsTruncated,
    next: name === undefined ? undefined : { name, version: output.NextVersionIdMarker ?? '' },
  };
}

/** By key, newest first, as far as whole seconds tell. */
function newestFirst(a: VersionInfo, b: VersionInfo): number {
  return (
    compareKeys(a.key, b.key) || b.modified - a.modified || Number(b.latest) - Number(a.latest)
  );
}

/** A name as it is, if there is one. */
function nameIn(output: ListObjectVersionsCommandOutput, name: string | undefined) {
  return name !== undefined && output.EncodingType === 'url' ? decodeName(name) : name;
}

/** A version or marker, or nothing where its name is no key. */
function versionIn(
  store: Store,
  output: ListObjectVersionsCommandOutput,
  entry: {
    readonly Key?: string | undefined;
    readonly VersionId?: string | undefined;
    readonly LastModified?: Date | undefined;
    readonly ETag?: string | undefined;
    readonly IsLatest?: boolean | undefined;
  },
  size: number | undefined,
  deleteMarker: boolean,
): VersionInfo | undefined {
  const { VersionId: version, LastModified, IsLatest: latest = false } = entry;
  const name = nameIn(output, entry.Key);
  const facts = [name, version, LastModified, size];
  if (
    name === undefined ||
    version === undefined ||
    LastModified === undefined ||
    size === undefined
  ) {
    const missing = facts.indexOf(undefined);
    const what = ['name', 'id', 'time', 'size'][missing] ?? 'part';
    throw unreadable(200, {}, `a version in it lacks its ${what}`);
  }
  const key = store.root.keyOf(name);
  if (key === undefined) {
    store.hidden.found(name);
    return undefined;
  }
  const etag = etagOf(entry.ETag);
  const info = infoOf(key, size, wholeSeconds(LastModified.getTime()), etag, md5In(etag));
  return { ...info, version, latest, deleteMarker };
}

function prefixIn(store: Store, name: string | undefined): Prefix | undefined {
  if (name === undefined) throw unreadable(200, {}, 'a prefix in it lacks its name');
  const prefix = store.root.prefixOf(name);
  if (prefix === undefined) store.hidden.found(name);
  return prefix;
}
