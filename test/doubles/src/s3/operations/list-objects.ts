import { S3Fault, invalidArgument } from '../errors.ts';
import { collectPage } from '../model/page.ts';
import type { Entry, Page } from '../model/page.ts';
import { pageOfDirectory } from '../model/directory-page.ts';
import type { ObjectVersion, Version } from '../model/version.ts';
import type { Answer } from '../wire/answer.ts';
import { branch, document, leaf, optionalLeaf } from '../wire/xml-write.ts';
import { parameter } from './call.ts';
import type { BucketCall } from './call.ts';
import { listParameters } from './list-parameters.ts';
import type { ListParameters } from './list-parameters.ts';

export function listObjectsV2(call: BucketCall): Answer {
  const { bucket } = call;
  if (parameter(call, 'list-type') !== '2') {
    throw invalidArgument(
      'list-type',
      parameter(call, 'list-type'),
      'Invalid List Type specified in Request',
    );
  }
  const list = listParameters(call, 'max-keys');
  const startAfter = parameter(call, 'start-after');
  const token = parameter(call, 'continuation-token');
  const listing = [bucket.name, list.prefix, list.delimiter].join('\0');
  const last = token === undefined ? undefined : bucket.ids.last(listing, token);
  if (token !== undefined && last === undefined) {
    throw invalidArgument(
      'continuation-token',
      undefined,
      'The continuation token provided is incorrect',
    );
  }
  if (bucket.isDirectory && startAfter !== undefined) {
    throw new S3Fault('NotImplemented', { fields: { Header: 'start-after' } });
  }
  const page = pageOf(call, list, last ?? startAfter ?? '');
  const end = page.entries.at(-1);
  return answer(call, page, list, (entries) => [
    optionalLeaf('ContinuationToken', token),
    optionalLeaf(
      'NextContinuationToken',
      page.truncated && end !== undefined ? bucket.ids.token(listing, end.name) : undefined,
    ),
    startAfter === undefined ? '' : leaf('StartAfter', list.encode(startAfter)),
    leaf('KeyCount', page.entries.length),
    ...entries(parameter(call, 'fetch-owner') === 'true'),
  ]);
}

/** The older listing, which goes on from a name instead of a token. */
export function listObjectsV1(call: BucketCall): Answer {
  const list = listParameters(call, 'max-keys');
  const marker = parameter(call, 'marker') ?? '';
  const page = pageOf(call, list, marker);
  const end = page.entries.at(-1);
  // Without a delimiter, clients are to take the last key.
  const next = page.truncated && list.delimiter !== '' ? end?.name : undefined;
  return answer(call, page, list, (entries) => [
    leaf('Marker', list.encode(marker)),
    next === undefined ? '' : leaf('NextMarker', list.encode(next)),
    ...entries(true),
  ]);
}

function pageOf({ bucket }: BucketCall, list: ListParameters, after: string): Page<ObjectVersion> {
  const { prefix, delimiter, maximum: limit } = list;
  const query = { prefix, delimiter, after, limit };
  return bucket.isDirectory
    ? pageOfDirectory(bucket, query)
    : collectPage(bucket.keys, query, live);
}

function live(versions: readonly Version[]): readonly ObjectVersion[] {
  const newest = versions[0];
  return newest?.kind === 'object' ? [newest] : [];
}

function answer(
  call: BucketCall,
  page: Page<ObjectVersion>,
  list: ListParameters,
  rest: (entries: (withOwner: boolean) => string[]) => string[],
): Answer {
  const { bucket, account } = call;
  const entries = (withOwner: boolean): string[] => {
    const owner = withOwner ? account.owner : undefined;
    // Prefixes follow all keys, wherever they sort.
    return [
      ...page.entries.filter(({ kind }) => kind === 'item'),
      ...page.entries.filter(({ kind }) => kind === 'prefix'),
    ].map((entry) => writeEntry(entry, list, owner));
  };
  const body = document(
    'ListBucketResult',
    leaf('Name', bucket.name),
    leaf('Prefix', list.encode(list.prefix)),
    leaf('MaxKeys', list.maximum),
    list.delimiter === '' ? '' : leaf('Delimiter', list.encode(list.delimiter)),
    optionalLeaf('EncodingType', list.encoding),
    leaf('IsTruncated', page.truncated),
    ...rest(entries),
  );
  return { status: 200, headers: { 'x-amz-bucket-region': bucket.settings.region }, body };
}

function writeEntry(
  entry: Entry<ObjectVersion>,
  { encode }: ListParameters,
  owner: string | undefined,
): string {
  if (entry.kind === 'prefix') return branch('CommonPrefixes', leaf('Prefix', encode(entry.name)));
  return branch(
    'Contents',
    leaf('Key', encode(entry.name)),
    objectLeaves(entry.item),
    owner === undefined ? '' : branch('Owner', leaf('ID', owner)),
    leaf('StorageClass', entry.item.storageClass),
  );
}

/** Versions never change, and big listings are asked for again and again. */
const written = new WeakMap<ObjectVersion, string>();

/** What all listings tell of an object. */
export function objectLeaves(version: ObjectVersion): string {
  let leaves = written.get(version);
  if (leaves === undefined) {
    leaves = [
      leaf('LastModified', listedTime(version.modifiedMs)),
      leaf('ETag', `"${version.etag}"`),
      optionalLeaf('ChecksumAlgorithm', version.checksum?.algorithm),
      optionalLeaf('ChecksumType', version.checksum?.type),
      leaf('Size', version.bytes.length),
    ].join('');
    written.set(version, leaves);
  }
  return leaves;
}

/** To the second, as HEAD tells it too, although it is written with milliseconds. */
export function listedTime(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString();
}
