import type { Probe } from '../probe.ts';
import { outcome, outcomes, partsOf, shown, textOf, textsOf } from '../reading.ts';
import { etagOf } from '../wire.ts';
import type { Answer, Wire } from '../wire.ts';

/** A document of keys; further elements of each come written. */
export function deleteDocument(objects: readonly string[], quiet = false): string {
  const parts = objects.map((object) => `<Object>${object}</Object>`).join('');
  const head = quiet ? '<Quiet>true</Quiet>' : '';
  return `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${head}${parts}</Delete>`;
}

function keyOf(key: string): string {
  return `<Key>${key}</Key>`;
}

/** What became of each key: `a`, or `a: Code`. */
export function fates(answer: Answer): string[] {
  if (answer.status !== 200) return [outcome(answer)];
  return [
    ...partsOf(answer, 'Deleted').map((part) => `${textOf(part, 'Key')}`),
    ...partsOf(answer, 'Error').map((part) => `${textOf(part, 'Key')}: ${textOf(part, 'Code')}`),
  ];
}

async function left(wire: Wire, bucket: string): Promise<string> {
  return shown(await wire.list(bucket, {}));
}

/** DeleteObject and DeleteObjects. */
export const deletingProbes: readonly Probe[] = [
  {
    name: 'single deletes',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), ['a', 'ab', 'b/c']);
      const gone = await wire.delete(bucket, 'a');
      return {
        gone: [gone.status, gone.text],
        left: await left(wire, bucket),
        missing: outcome(await wire.delete(bucket, 'a')),
        directory: outcome(await wire.delete(bucket, 'b/')),
        stillThere: await left(wire, bucket),
        noBucket: outcome(await wire.delete(`${bucket}-no`, 'a')),
      };
    },
    facts: {
      gone: [204, ''],
      left: 'ab b/c |',
      missing: '204',
      directory: '204',
      stillThere: 'ab b/c |',
      noBucket: '404 NoSuchBucket',
    },
  },
  {
    name: 'bulk deletes tell of each key, even of missing ones',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), ['a', 'b', 'c&<>"\'', 'ü', 'stays']);
      const keys = ['a', 'b', 'c&amp;&lt;&gt;&quot;&apos;', 'ü', 'no', 'a'].map(keyOf);
      const answer = await wire.deleteMany(bucket, deleteDocument(keys));
      return { fates: fates(answer).sort(), left: await left(wire, bucket) };
    },
    facts: { fates: ['a', 'a', 'b', 'c&<>"\'', 'no', 'ü'], left: 'stays |' },
  },
  {
    name: 'quiet bulk deletes tell of failures only',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), ['a']);
      const keys = [keyOf('a'), keyOf('no'), keyOf('x'.repeat(1025))];
      const answer = await wire.deleteMany(bucket, deleteDocument(keys, true));
      return {
        fates: fates(answer).map((fate) => fate.replace(/x+/, 'x')),
        left: await left(wire, bucket),
      };
    },
    facts: { fates: ['x: KeyTooLongError'], left: '|' },
  },
  {
    name: 'how many keys a bulk delete takes',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), ['k0']);
      const keys = Array.from({ length: 1001 }, (_, index) => keyOf(`k${index}`));
      const refused = await wire.deleteMany(bucket, deleteDocument(keys));
      const kept = await left(wire, bucket);
      const taken = await wire.deleteMany(bucket, deleteDocument(keys.slice(0, 1000)));
      return {
        refused: outcome(refused),
        kept,
        taken: fates(taken).length,
        none: outcome(await wire.deleteMany(bucket, deleteDocument([]))),
      };
    },
    facts: { refused: '400 MalformedXML', kept: 'k0 |', taken: 1000, none: '400 MalformedXML' },
  },
  {
    name: 'bulk deletes have to be vouched for and well-formed',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), ['a']);
      const document = deleteDocument([keyOf('a')]);
      const ask = (body: string): Promise<Answer> => wire.deleteMany(bucket, body);
      return {
        ...(await outcomes({
          unvouched: () => wire.deleteMany(bucket, document, {}),
          wrongMd5: () =>
            wire.deleteMany(bucket, document, {
              'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==',
            }),
          truncated: () => ask(document.slice(0, -5)),
          otherRoot: () => ask(document.replaceAll('Delete', 'Remove')),
          noKey: () => ask(deleteDocument(['<VersionId>null</VersionId>'])),
          emptyKey: () => ask(deleteDocument([keyOf('')])),
          noXml: () => ask('a'),
          control: () => ask(deleteDocument([keyOf('x&#x1;y')])),
          rawControl: () => ask(deleteDocument([keyOf('x\u0001y')])),
        })),
        left: await left(wire, bucket),
      };
    },
    facts: {
      unvouched: '400 InvalidRequest',
      wrongMd5: '400 BadDigest',
      truncated: '400 MalformedXML',
      otherRoot: '400 MalformedXML',
      noKey: '400 MalformedXML',
      emptyKey: '400 MalformedXML',
      noXml: '400 MalformedXML',
      control: '400 MalformedXML',
      rawControl: '400 MalformedXML',
      left: 'a |',
    },
  },
  {
    name: 'XML turns a carriage return into a line feed, unless it comes as a reference',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), ['x\ry', 'x\ny', 'z\rz']);
      await wire.deleteMany(bucket, deleteDocument([keyOf('x\ry')]));
      const raw = await left(wire, bucket);
      await wire.deleteMany(bucket, deleteDocument([keyOf('z&#13;z')]));
      return { raw, reference: await left(wire, bucket) };
    },
    facts: { raw: 'x\ry z\rz |', reference: 'x\ry |' },
  },
  {
    name: 'conditional deletes',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), ['a', 'b', 'c']);
      const remove = (key: string, etag: string): Promise<string> =>
        wire.delete(bucket, key, { 'if-match': etag }).then(outcome);
      return {
        mismatch: await remove('a', etagOf('x')),
        kept: await left(wire, bucket),
        match: await remove('a', etagOf('a')),
        unquoted: await remove('b', etagOf('b').replaceAll('"', '')),
        any: await remove('c', '*'),
        missing: await remove('a', etagOf('a')),
        missingAny: await remove('a', '*'),
        left: await left(wire, bucket),
      };
    },
    facts: {
      mismatch: '412 PreconditionFailed',
      kept: 'a b c |',
      match: '204',
      unquoted: '204',
      any: '204',
      missing: '404 NoSuchKey',
      missingAny: '404 NoSuchKey',
      left: '|',
    },
  },
  {
    name: 'bulk deletes judge a condition for each key',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), ['a', 'b', 'c']);
      const object = (key: string, etag: string): string => `${keyOf(key)}<ETag>${etag}</ETag>`;
      const answer = await wire.deleteMany(
        bucket,
        deleteDocument([
          object('a', etagOf('a')),
          object('b', etagOf('x')),
          object('no', etagOf('no')),
          keyOf('c'),
        ]),
      );
      return {
        fates: fates(answer).sort(),
        left: await left(wire, bucket),
        keys: textsOf(answer, 'Key').length,
      };
    },
    facts: { fates: ['a', 'b: PreconditionFailed', 'c', 'no: NoSuchKey'], left: 'b |', keys: 4 },
  },
];
