import { invalidArgument } from '../errors.ts';
import { collectPage } from '../model/page.ts';
import type { Version } from '../model/version.ts';
import type { Answer } from '../wire/answer.ts';
import { branch, document, leaf, optionalLeaf } from '../wire/xml-write.ts';
import { parameter } from './call.ts';
import type { BucketCall } from './call.ts';
import { listParameters } from './list-parameters.ts';
import { listedTime, objectLeaves } from './list-objects.ts';

interface Listed {
  readonly version: Version;
  readonly isLatest: boolean;
}

export function listObjectVersions(call: BucketCall): Answer {
  const { bucket, account } = call;
  const list = listParameters(call, 'max-keys');
  const { prefix, delimiter, maximum: limit, encode } = list;
  const keyMarker = parameter(call, 'key-marker') ?? '';
  const versionMarker = parameter(call, 'version-id-marker') ?? '';
  if (versionMarker !== '' && keyMarker === '') {
    throw invalidArgument(
      'version-id-marker',
      versionMarker,
      'A version-id marker cannot be specified without a key marker.',
    );
  }
  const page = collectPage(
    bucket.keys,
    { prefix, delimiter, after: keyMarker, limit },
    listed,
    (versions) => {
      const index = versions.findIndex(({ versionId }) => versionId === versionMarker);
      return index < 0 ? [] : listed(versions).slice(index + 1);
    },
  );
  const owner = branch('Owner', leaf('ID', account.owner));
  const items = page.entries.filter((entry) => entry.kind === 'item');
  const groups = page.entries.filter((entry) => entry.kind === 'prefix');
  const end = page.truncated ? page.entries.at(-1) : undefined;
  const body = document(
    'ListVersionsResult',
    leaf('Name', bucket.name),
    leaf('Prefix', encode(prefix)),
    leaf('KeyMarker', encode(keyMarker)),
    leaf('VersionIdMarker', versionMarker),
    end === undefined ? '' : leaf('NextKeyMarker', encode(end.name)),
    end?.kind === 'item' ? leaf('NextVersionIdMarker', end.item.version.versionId) : '',
    leaf('MaxKeys', limit),
    delimiter === '' ? '' : leaf('Delimiter', encode(delimiter)),
    optionalLeaf('EncodingType', list.encoding),
    leaf('IsTruncated', page.truncated),
    ...items.map(({ name, item }) => writeVersion(encode(name), item, owner)),
    ...groups.map(({ name }) => branch('CommonPrefixes', leaf('Prefix', encode(name)))),
  );
  return { status: 200, body };
}

function listed(versions: readonly Version[]): readonly Listed[] {
  return versions.map((version, index) => ({ version, isLatest: index === 0 }));
}

function writeVersion(key: string, { version, isLatest }: Listed, owner: string): string {
  const head = [leaf('Key', key), leaf('VersionId', version.versionId), leaf('IsLatest', isLatest)];
  if (version.kind === 'marker') {
    const modified = leaf('LastModified', listedTime(version.modifiedMs));
    return branch('DeleteMarker', ...head, modified, owner);
  }
  const storageClass = leaf('StorageClass', version.storageClass);
  return branch('Version', ...head, objectLeaves(version), owner, storageClass);
}
