import fc from 'fast-check';

/** A page of a listing, and how a store writes it. */
export interface PageModel {
  readonly objects: readonly ObjectModel[];
  readonly prefixes: readonly string[];
  readonly token: string | undefined;
  /** Names are URL-encoded, as was asked. */
  readonly encoded: boolean;
  readonly style: {
    /** The order of an object's elements. */
    readonly order: readonly number[];
    /** Elements and attributes that nobody asked for. */
    readonly noise: boolean;
    /** White space between elements. */
    readonly spaces: boolean;
    /** Characters as numbers where they could be written as they are. */
    readonly entities: boolean;
  };
}

interface ObjectModel {
  readonly name: string;
  readonly size: number;
  /** Milliseconds since the epoch, whole seconds. */
  readonly modified: number;
  readonly etag: string | undefined;
}

/** Characters that XML can carry and that no parser trims or changes. */
const SPECIAL = fc.constantFrom(
  '/',
  '-',
  '.',
  '_',
  '&',
  '<',
  '>',
  '"',
  "'",
  '%',
  '+',
  '=',
  'é',
  '日',
  '😀',
  '\u{ff5e}',
);
const NAMES = fc
  .array(fc.oneof(fc.constantFrom(...'abcXYZ019'), SPECIAL), { minLength: 1, maxLength: 20 })
  .map((parts) => parts.join(''));

export const pages: fc.Arbitrary<PageModel> = fc.record({
  objects: fc.array(
    fc.record({
      name: NAMES,
      size: fc.oneof(fc.nat(), fc.constant(5 * 1024 ** 4)),
      modified: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
      etag: fc.option(
        fc.oneof(fc.stringMatching(/^[0-9a-f]{32}$/), fc.stringMatching(/^[0-9a-f]{32}-[1-9]$/)),
        { nil: undefined },
      ),
    }),
    { maxLength: 6 },
  ),
  prefixes: fc.array(
    NAMES.map((name) => `${name}/`),
    { maxLength: 4 },
  ),
  token: fc.option(fc.stringMatching(/^[A-Za-z0-9+/=&<]{1,30}$/), { nil: undefined }),
  encoded: fc.boolean(),
  style: fc.record({
    order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 }),
    noise: fc.boolean(),
    spaces: fc.boolean(),
    entities: fc.boolean(),
  }),
});

/** The page as a store writes it. */
export function document(model: PageModel): string {
  const { objects, prefixes, token, encoded, style } = model;
  const text = (value: string): string => escaped(value, style.entities);
  const name = (value: string): string => text(encoded ? urlEncoded(value) : value);
  const gap = style.spaces ? '\n  ' : '';
  const written = objects.map(({ name: key, size, modified, etag }) => {
    const parts = [
      `<Key>${name(key)}</Key>`,
      `<LastModified>${new Date(modified).toISOString()}</LastModified>`,
      `<Size>${size}</Size>`,
      etag === undefined ? '' : `<ETag>${text(`"${etag}"`)}</ETag>`,
    ];
    const order = style.order.length === 0 ? [0, 1, 2, 3] : style.order;
    const noise = style.noise
      ? '<Owner kind="a"><ID>id</ID><DisplayName/></Owner><StorageClass>STANDARD</StorageClass><ChecksumAlgorithm>CRC32</ChecksumAlgorithm>'
      : '<StorageClass>STANDARD</StorageClass>';
    return `<Contents>${gap}${order.map((index) => parts[index]).join(gap)}${noise}</Contents>`;
  });
  const grouped = prefixes.map(
    (each) => `<CommonPrefixes>${gap}<Prefix>${name(each)}</Prefix></CommonPrefixes>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    `${gap}<Name>bucket</Name><Prefix></Prefix>${style.noise ? '<Delimiter/>' : ''}`,
    token === undefined ? '' : `<NextContinuationToken>${text(token)}</NextContinuationToken>`,
    `<KeyCount>${objects.length + prefixes.length}</KeyCount><MaxKeys>1000</MaxKeys>`,
    encoded ? '<EncodingType>url</EncodingType>' : '',
    `<IsTruncated>${token !== undefined}</IsTruncated>`,
    ...written,
    ...grouped,
    `${gap}</ListBucketResult>`,
    style.spaces ? '\n' : '',
  ].join('');
}

function urlEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+');
}

function escaped(text: string, entities: boolean): string {
  if (entities) {
    return Array.from(text, (character, index) => {
      const point = character.codePointAt(0) ?? 0;
      if (!/[&<>"']/.test(character)) return character;
      return index % 2 === 0 ? `&#${point};` : `&#x${point.toString(16)};`;
    }).join('');
  }
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
