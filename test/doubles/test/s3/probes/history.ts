import type { Probe } from '../probe.ts';
import { outcome, partsOf, textOf } from '../reading.ts';
import type { Answer, Wire } from '../wire.ts';

type Query = Readonly<Record<string, string>>;

/** Numbers ids by when they were seen, so that facts are alike on every run. */
export class Names {
  readonly #ids: string[] = [];

  of(id: string | undefined): string {
    if (id === undefined || id === '' || id === 'null') return String(id);
    if (!this.#ids.includes(id)) this.#ids.push(id);
    return `v${this.#ids.indexOf(id) + 1}`;
  }
}

export function versionOf({ headers }: Answer): string {
  return String(headers['x-amz-version-id'] ?? '');
}

/** `key v1 latest`, with `marker` for delete markers, in the order of the answer. */
export function history(answer: Answer, names: Names): string[] {
  const pattern = /<(Version|DeleteMarker)>([\s\S]*?)<\/\1>/g;
  return Array.from(answer.text.matchAll(pattern), ([, kind, text = '']) => {
    const id = names.of(textOf({ text }, 'VersionId'));
    const latest = textOf({ text }, 'IsLatest') === 'true' ? ' latest' : '';
    const marker = kind === 'DeleteMarker' ? ' marker' : '';
    return `${textOf({ text }, 'Key')} ${id}${marker}${latest}`;
  });
}

export function versions(wire: Wire, bucket: string, query: Query = {}): Promise<Answer> {
  return wire.list(bucket, query, { versions: '' });
}

/** Listings of versions. */
export const historyProbes: readonly Probe[] = [
  {
    name: 'versions are listed newest first, by page',
    run: async (wire) => {
      const bucket = await wire.bucket({ versioned: true });
      const names = new Names();
      for (const key of ['a', 'b/1', 'b/2', 'c']) {
        for (const body of ['one', 'two']) names.of(versionOf(await wire.put(bucket, key, body)));
      }
      names.of(versionOf(await wire.delete(bucket, 'a')));
      const found: unknown[] = [];
      let markers: Query = {};
      for (let page = 0; page < 9; page++) {
        const answer = await versions(wire, bucket, { 'max-keys': '3', ...markers });
        found.push(history(answer, names));
        if (textOf(answer, 'IsTruncated') !== 'true') break;
        markers = {
          'key-marker': textOf(answer, 'NextKeyMarker') ?? '',
          'version-id-marker': textOf(answer, 'NextVersionIdMarker') ?? '',
        };
      }
      const grouped = await versions(wire, bucket, { delimiter: '/' });
      return {
        found,
        grouped: [
          history(grouped, names),
          partsOf(grouped, 'CommonPrefixes').map((part) => textOf(part, 'Prefix')),
        ],
        afterKey: history(await versions(wire, bucket, { 'key-marker': 'b/2' }), names),
        prefix: history(await versions(wire, bucket, { prefix: 'b/2' }), names),
        idOnly: outcome(await versions(wire, bucket, { 'version-id-marker': 'x' })),
      };
    },
    facts: {
      found: [
        ['a v9 marker latest', 'a v2', 'a v1'],
        ['b/1 v4 latest', 'b/1 v3', 'b/2 v6 latest'],
        ['b/2 v5', 'c v8 latest', 'c v7'],
      ],
      grouped: [['a v9 marker latest', 'a v2', 'a v1', 'c v8 latest', 'c v7'], ['b/']],
      afterKey: ['c v8 latest', 'c v7'],
      prefix: ['b/2 v6 latest', 'b/2 v5'],
      idOnly: '400 InvalidArgument',
    },
  },
  {
    name: 'before versioning and while it is suspended, the version is null',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const names = new Names();
      const plain = await wire.put(bucket, 'k', 'before');
      const unversioned = history(await versions(wire, bucket), names);
      await wire.version(bucket, 'Enabled');
      names.of(versionOf(await wire.put(bucket, 'k', 'enabled')));
      const before = await wire.read(bucket, 'k', { versionId: 'null' });
      await wire.version(bucket, 'Suspended');
      await wire.put(bucket, 'k', 'suspended');
      const suspended = history(await versions(wire, bucket), names);
      const gone = await wire.delete(bucket, 'k');
      return {
        plain: versionOf(plain),
        unversioned,
        before,
        suspended,
        gone: [gone.headers['x-amz-delete-marker'], versionOf(gone)],
        history: history(await versions(wire, bucket), names),
        status: textOf(
          await wire.send('GET', `/${bucket}`, { query: { versioning: '' } }),
          'Status',
        ),
      };
    },
    facts: {
      plain: '',
      unversioned: ['k null latest'],
      before: 'before',
      suspended: ['k null latest', 'k v1'],
      gone: ['true', 'null'],
      history: ['k null marker latest', 'k v1'],
      status: 'Suspended',
    },
  },
];
