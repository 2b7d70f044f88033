import type { Probe } from '../probe.ts';
import { outcome, partsOf, textOf, textsOf } from '../reading.ts';

type Query = Readonly<Record<string, string>>;

/** How names come through a listing: their order, and what XML makes of them. */
export const nameProbes: readonly Probe[] = [
  {
    name: 'keys come in UTF-8 order',
    run: async (wire) => {
      const first = ['~', '\u{1f600}', '\uff5e', 'Z', 'a', 'é', '_', '-', '.', '0'];
      const names = first.map((character) => `${character}x`);
      const bucket = await wire.fill(await wire.bucket(), names);
      const answer = await wire.list(bucket, { 'encoding-type': 'url' });
      return {
        keys: textsOf(answer, 'Key')
          .map((key) => decodeURIComponent(key))
          .join(' '),
      };
    },
    facts: { keys: '-x .x 0x Zx _x ax ~x éx \uff5ex \u{1f600}x' },
  },
  {
    name: 'encoding-type=url is form encoding that spares slashes',
    run: async (wire) => {
      const key = 'a b+c/ü&<>"\'~*(!)=%@:,\u0001\n';
      const bucket = await wire.fill(await wire.bucket(), [key]);
      const ask = (query: Query): Promise<string | undefined> =>
        wire
          .list(bucket, { 'encoding-type': 'url', ...query })
          .then((answer) => textOf(answer, 'Key'));
      const page = await wire.list(bucket, {
        'encoding-type': 'url',
        prefix: 'a b',
        delimiter: '+',
        'start-after': 'a ',
      });
      return {
        key: await ask({}),
        group: partsOf(page, 'CommonPrefixes').map((part) => textOf(part, 'Prefix')),
        prefix: textOf(page, 'Prefix'),
        delimiter: textOf(page, 'Delimiter'),
        startAfter: textOf(page, 'StartAfter'),
        type: textOf(page, 'EncodingType'),
        other: outcome(await wire.list(bucket, { 'encoding-type': 'base64' })),
      };
    },
    facts: {
      key: 'a+b%2Bc/%C3%BC%26%3C%3E%22%27%7E*%28%21%29%3D%25%40%3A%2C%01%0A',
      group: ['a+b%2B'],
      prefix: 'a+b',
      delimiter: '%2B',
      startAfter: 'a+',
      type: 'url',
      other: '400 InvalidArgument',
    },
  },
  {
    name: 'without an encoding, control characters become references that XML forbids',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), ['x\u0001y', 'x\ry', 'x&<>"y']);
      const answer = await wire.list(bucket, {});
      return {
        forbidden: answer.text.includes('<Key>x&#x1;y</Key>'),
        keys: textsOf(answer, 'Key'),
      };
    },
    facts: { forbidden: true, keys: ['x\u0001y', 'x\ry', 'x&<>"y'] },
  },
];
