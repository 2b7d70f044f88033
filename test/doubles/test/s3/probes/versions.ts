import type { Probe } from '../probe.ts';
import { outcome, outcomes, partsOf, textOf } from '../reading.ts';
import { etagOf, pathOf } from '../wire.ts';
import type { Answer } from '../wire.ts';
import { deleteDocument, fates } from './deleting.ts';
import { history, Names, versionOf, versions } from './history.ts';

/** Versioned buckets. */
export const versionProbes: readonly Probe[] = [
  {
    name: 'a delete leaves a marker and every version',
    run: async (wire) => {
      const bucket = await wire.bucket({ versioned: true });
      const names = new Names();
      const one = versionOf(await wire.put(bucket, 'k', 'one'));
      const two = versionOf(await wire.put(bucket, 'k', 'two'));
      for (const id of [one, two]) names.of(id);
      const gone = await wire.delete(bucket, 'k');
      const marker = versionOf(gone);
      names.of(marker);
      const missing = await wire.get(bucket, 'k');
      const named = await wire.get(bucket, 'k', {}, { versionId: marker });
      const headNamed = await wire.head(bucket, 'k', {}, { versionId: marker });
      return {
        gone: [gone.status, gone.headers['x-amz-delete-marker']],
        missing: [
          outcome(missing),
          missing.headers['x-amz-delete-marker'],
          names.of(versionOf(missing)),
        ],
        named: [outcome(named), named.headers['x-amz-delete-marker'], outcome(headNamed)],
        old: await wire.read(bucket, 'k', { versionId: one }),
        oldId: names.of(versionOf(await wire.head(bucket, 'k', {}, { versionId: one }))),
        listed: textOf(await wire.list(bucket, {}), 'KeyCount'),
        history: history(await versions(wire, bucket), names),
        bucketKept: outcome(await wire.send('DELETE', `/${bucket}`)),
      };
    },
    facts: {
      gone: [204, 'true'],
      missing: ['404 NoSuchKey', 'true', 'v3'],
      named: ['405 MethodNotAllowed', 'true', '405'],
      old: 'one',
      oldId: 'v1',
      listed: '0',
      history: ['k v3 marker latest', 'k v2', 'k v1'],
      bucketKept: '409 BucketNotEmpty',
    },
  },
  {
    name: 'deleting versions frees them, deleting a marker brings the object back',
    run: async (wire) => {
      const bucket = await wire.bucket({ versioned: true });
      const one = versionOf(await wire.put(bucket, 'k', 'one'));
      await wire.put(bucket, 'k', 'two');
      const marker = versionOf(await wire.delete(bucket, 'k'));
      const back = await wire.delete(bucket, 'k', {}, { versionId: marker });
      const read = await wire.get(bucket, 'k');
      const freed = await wire.delete(bucket, 'k', {}, { versionId: one });
      const again = await wire.delete(bucket, 'k', {}, { versionId: one });
      return {
        back: [back.status, back.headers['x-amz-delete-marker'], versionOf(back) === marker],
        read: read.text,
        freed: [freed.status, freed.headers['x-amz-delete-marker'], versionOf(freed) === one],
        again: outcome(again),
        left: partsOf(await versions(wire, bucket), 'Version').length,
        oldGone: outcome(await wire.get(bucket, 'k', {}, { versionId: one })),
        madeUp: outcome(await wire.get(bucket, 'k', {}, { versionId: 'made-up' })),
        deleteMadeUp: outcome(await wire.delete(bucket, 'k', {}, { versionId: 'made-up' })),
        conditional: outcome(
          await wire.delete(bucket, 'k', { 'if-match': etagOf('two') }, { versionId: one }),
        ),
      };
    },
    facts: {
      back: [204, 'true', true],
      read: 'two',
      freed: [204, undefined, true],
      again: '204',
      left: 1,
      oldGone: '404 NoSuchVersion',
      madeUp: '400 InvalidArgument',
      deleteMadeUp: '400 InvalidArgument',
      conditional: '501 NotImplemented',
    },
  },
  {
    name: 'bulk deletes name markers and versions',
    run: async (wire) => {
      const bucket = await wire.bucket({ versioned: true });
      const one = versionOf(await wire.put(bucket, 'a', 'one'));
      const first = await wire.deleteMany(
        bucket,
        deleteDocument(['<Key>a</Key>', '<Key>no</Key>']),
      );
      const marker = partsOf(first, 'Deleted')
        .filter((part) => textOf(part, 'Key') === 'a')
        .map((part) => textOf(part, 'DeleteMarkerVersionId') ?? '')[0];
      const second = await wire.deleteMany(
        bucket,
        deleteDocument([
          `<Key>a</Key><VersionId>${marker}</VersionId>`,
          `<Key>a</Key><VersionId>${one}</VersionId>`,
          '<Key>a</Key><VersionId>made-up</VersionId>',
        ]),
      );
      const [freedMarker = { text: '' }, freedVersion = { text: '' }] = partsOf(second, 'Deleted');
      return {
        markers: partsOf(first, 'Deleted').map((part) => textOf(part, 'DeleteMarker')),
        first: fates(first).sort(),
        second: fates(second).sort(),
        freedMarker: [
          textOf(freedMarker, 'VersionId') === marker,
          textOf(freedMarker, 'DeleteMarker'),
          textOf(freedMarker, 'DeleteMarkerVersionId') === marker,
        ],
        freedVersion: [
          textOf(freedVersion, 'VersionId') === one,
          textOf(freedVersion, 'DeleteMarker'),
        ],
      };
    },
    facts: {
      markers: ['true', 'true'],
      first: ['a', 'no'],
      second: ['a', 'a', 'a: NoSuchVersion'],
      freedMarker: [true, 'true', true],
      freedVersion: [true, undefined],
    },
  },
  {
    name: 'copies of versions',
    run: async (wire) => {
      const bucket = await wire.bucket({ versioned: true });
      const one = versionOf(await wire.put(bucket, 'k', 'one'));
      await wire.put(bucket, 'k', 'two');
      const marker = versionOf(await wire.delete(bucket, 'k'));
      const copy = (id?: string, to = 'copy'): Promise<Answer> =>
        wire.send('PUT', pathOf(bucket, to), {
          headers: {
            'x-amz-copy-source': `/${bucket}/k${id === undefined ? '' : `?versionId=${id}`}`,
          },
        });
      const done = await copy(one);
      return {
        done: [
          done.status,
          versionOf(done) !== '',
          done.headers['x-amz-copy-source-version-id'] === one,
        ],
        text: await wire.read(bucket, 'copy'),
        back: outcome(await copy(one, 'k')),
        backAgain: await wire.read(bucket, 'k'),
        self: outcome(await copy(undefined, 'k')),
        removed: await wire.delete(bucket, 'k').then(outcome),
        ...(await outcomes({
          ofMarked: () => copy(),
          ofMarker: () => copy(marker),
          madeUp: () => copy('made-up'),
        })),
      };
    },
    facts: {
      done: [200, true, true],
      text: 'one',
      back: '200',
      backAgain: 'one',
      self: '400 InvalidRequest',
      removed: '204',
      ofMarked: '404 NoSuchKey',
      ofMarker: '400 InvalidRequest',
      madeUp: '400 InvalidArgument',
    },
  },
];
