import type { Probe } from '../probe.ts';
import { outcome, partsOf, textOf, textsOf } from '../reading.ts';
import type { Answer } from '../wire.ts';
import { begin, uploads } from './uploads.ts';

type Pairs = Readonly<Record<string, string>>;

/** Listings of multipart uploads in progress. */
export const pendingProbes: readonly Probe[] = [
  {
    name: 'pending uploads are listed by key, then by age',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const keys = ['b', 'd/1', 'b', 'a', 'd/2'];
      const ids: string[] = [];
      for (const key of keys) ids.push(await begin(wire, bucket, key));
      const shown = (answer: Answer): string[] =>
        partsOf(answer, 'Upload').map(
          (upload) => `${textOf(upload, 'Key')} ${ids.indexOf(textOf(upload, 'UploadId') ?? '')}`,
        );
      const all = await uploads(wire, bucket);
      const found: string[][] = [];
      let markers: Pairs = {};
      for (let page = 0; page < 9; page++) {
        const answer = await uploads(wire, bucket, { 'max-uploads': '2', ...markers });
        found.push(shown(answer));
        if (textOf(answer, 'IsTruncated') !== 'true') break;
        markers = {
          'key-marker': textOf(answer, 'NextKeyMarker') ?? '',
          'upload-id-marker': textOf(answer, 'NextUploadIdMarker') ?? '',
        };
      }
      const grouped = await uploads(wire, bucket, { delimiter: '/', 'key-marker': 'b' });
      return {
        all: shown(all),
        initiated: textsOf(all, 'Initiated').length,
        found,
        afterKey: shown(await uploads(wire, bucket, { 'key-marker': 'b' })),
        prefix: shown(await uploads(wire, bucket, { prefix: 'd/' })),
        grouped: [shown(grouped), partsOf(grouped, 'CommonPrefixes').length],
        otherId: outcome(
          await uploads(wire, bucket, { 'key-marker': 'a', 'upload-id-marker': ids[0] ?? '' }),
        ),
        notAnObject: textOf(await wire.list(bucket, {}), 'KeyCount'),
      };
    },
    facts: {
      all: ['a 3', 'b 0', 'b 2', 'd/1 1', 'd/2 4'],
      initiated: 5,
      found: [['a 3', 'b 0'], ['b 2', 'd/1 1'], ['d/2 4']],
      afterKey: ['d/1 1', 'd/2 4'],
      prefix: ['d/1 1', 'd/2 4'],
      grouped: [[], 1],
      otherId: '400 InvalidArgument',
      notAnObject: '0',
    },
  },
  {
    name: 'a page of groups alone leaves its markers empty, although more follows',
    run: async (wire) => {
      const bucket = await wire.bucket();
      for (const key of ['a/1', 'b']) await begin(wire, bucket, key);
      const answer = await uploads(wire, bucket, { delimiter: '/', 'max-uploads': '1' });
      return {
        truncated: textOf(answer, 'IsTruncated'),
        groups: partsOf(answer, 'CommonPrefixes').length,
        next: textOf(answer, 'NextKeyMarker'),
        nextId: textOf(answer, 'NextUploadIdMarker') !== '',
      };
    },
    facts: { truncated: 'true', groups: 1, next: '', nextId: false },
  },
];
