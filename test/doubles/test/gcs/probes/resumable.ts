import type { Probe } from '../probe.ts';
import type { Answer, Wire } from '../wire.ts';
import { objectIn, outcome } from '../wire.ts';

const CHUNK = 256 * 1024;

/** Uploads in sessions. */
export const resumableProbes: readonly Probe[] = [
  {
    name: 'a resumable upload in chunks',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const bytes = new Uint8Array(CHUNK * 2 + 10).fill(7);
      const session = await begin(wire, bucket, { name: 'a', metadata: { k: 'v' } });
      const first = await put(wire, session, `bytes 0-${CHUNK - 1}/*`, bytes.subarray(0, CHUNK));
      const visible = await wire.names(bucket);
      const rest = bytes.subarray(CHUNK);
      const range = `bytes ${CHUNK}-${bytes.length - 1}/${bytes.length}`;
      const last = await put(wire, session, range, rest);
      const repeated = await put(wire, session, range, rest);
      const { size, metadata, contentType } = objectIn(last);
      return {
        first: progress(first),
        visible,
        last: [last.status, size, metadata, contentType],
        repeated: repeated.status,
      };
    },
    facts: {
      first: `308 bytes=0-${CHUNK - 1}`,
      visible: [],
      last: [200, `${CHUNK * 2 + 10}`, { k: 'v' }, 'text/x'],
      repeated: 200,
    },
  },
  {
    name: 'a resumable upload says how far it is',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const session = await begin(wire, bucket, { name: 'a' });
      const before = await put(wire, session, 'bytes */*');
      const chunk = new Uint8Array(CHUNK);
      await put(wire, session, `bytes 0-${CHUNK - 1}/*`, chunk);
      const between = await put(wire, session, `bytes */${CHUNK * 2}`);
      const range = `bytes ${CHUNK}-${CHUNK * 2 - 1}/${CHUNK * 2}`;
      await put(wire, session, range, chunk);
      const after = await put(wire, session, 'bytes */*');
      return { before: progress(before), between: progress(between), after: progress(after) };
    },
    facts: { before: '308 null', between: `308 bytes=0-${CHUNK - 1}`, after: '200 null' },
  },
  {
    name: 'a resumable upload at once, and of unknown length',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const whole = await begin(wire, bucket, { name: 'whole' });
      const unknown = await begin(wire, bucket, { name: 'unknown' });
      const empty = await begin(wire, bucket, { name: 'empty' });
      const bytes = new Uint8Array(CHUNK).fill(7);
      const chunk = await put(wire, unknown, `bytes 0-${CHUNK - 1}/*`, bytes);
      return {
        whole: objectIn(await put(wire, whole, undefined, new Uint8Array(10))).size,
        chunk: progress(chunk),
        unknown: objectIn(await put(wire, unknown, `bytes */${CHUNK}`)).size,
        empty: objectIn(await put(wire, empty, 'bytes */0')).size,
      };
    },
    facts: { whole: '10', chunk: `308 bytes=0-${CHUNK - 1}`, unknown: `${CHUNK}`, empty: '0' },
  },
  {
    name: 'chunks that do not fit',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const session = await begin(wire, bucket, { name: 'a' });
      const bytes = new Uint8Array(CHUNK + 100).fill(7);
      const small = await put(wire, session, 'bytes 0-9/*', bytes.subarray(0, 10));
      const gap = await put(wire, session, `bytes ${CHUNK}-${CHUNK + 9}/*`, bytes.subarray(0, 10));
      const odd = await put(wire, session, `bytes 0-${CHUNK + 99}/*`, bytes);
      const lies = await put(wire, session, 'bytes 0-99/100', bytes.subarray(0, 10));
      const overlap = await put(wire, session, `bytes 0-${CHUNK + 99}/${CHUNK + 100}`, bytes);
      return {
        small: outcome(small),
        gap: outcome(gap),
        odd: progress(odd),
        lies: outcome(lies),
        overlap: objectIn(overlap).size,
      };
    },
    facts: {
      small: '400 invalid',
      gap: '503',
      odd: `308 bytes=0-${CHUNK - 1}`,
      lies: '400 invalid',
      overlap: `${CHUNK + 100}`,
    },
  },
  {
    name: 'a resumable upload that is given up',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const session = await begin(wire, bucket, { name: 'a' });
      const bytes = new Uint8Array(CHUNK);
      await put(wire, session, `bytes 0-${CHUNK - 1}/*`, bytes);
      const cancelled = await wire.send('DELETE', session);
      const after = await put(wire, session, `bytes */${CHUNK}`);
      return { cancelled: cancelled.status, after: after.status, names: await wire.names(bucket) };
    },
    facts: { cancelled: 499, after: 499, names: [] },
  },
  {
    name: 'conditions and checksums of a resumable upload',
    run: async (wire) => {
      const bucket = await wire.bucket();
      await wire.putObject(bucket, 'there');
      const absent = { ifGenerationMatch: '0' };
      const refused = await start(wire, bucket, { name: 'there' }, absent);
      const session = await begin(wire, bucket, { name: 'late' }, absent);
      await wire.putObject(bucket, 'late', 'first');
      const late = await put(wire, session, undefined, new Uint8Array(3));
      const wrong = await begin(wire, bucket, { name: 'wrong', crc32c: 'mnG7TA==' });
      const header = await begin(wire, bucket, { name: 'header' });
      const hashed = await wire.send('PUT', header, {
        headers: { 'x-goog-hash': 'crc32c=mnG7TA==' },
        body: 'other',
      });
      return {
        refused: outcome(refused),
        late: outcome(late),
        wrong: outcome(await put(wire, wrong, undefined, new Uint8Array(3))),
        hashed: outcome(hashed),
        bytes: (await wire.media(bucket, 'late')).text,
        names: await wire.names(bucket),
      };
    },
    facts: {
      refused: '412 conditionNotMet',
      late: '412 conditionNotMet',
      wrong: '400 invalid',
      hashed: '400 invalid',
      bytes: 'first',
      names: ['late', 'there'],
    },
  },
];
function start(
  wire: Wire,
  bucket: string,
  metadata: object,
  query: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return wire.send('POST', `/upload/storage/v1/b/${bucket}/o`, {
    query: { uploadType: 'resumable', ...query },
    headers: { 'content-type': 'application/json', 'x-upload-content-type': 'text/x' },
    body: JSON.stringify(metadata),
  });
}

/** Begins a session. @returns its address */
async function begin(...parts: Parameters<typeof start>): Promise<string> {
  const answer = await start(...parts);
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`no session: ${answer.status} ${answer.text}`);
  return location;
}

function put(
  wire: Wire,
  session: string,
  range: string | undefined,
  body: Uint8Array<ArrayBuffer> = new Uint8Array(),
): Promise<Answer> {
  const headers = range === undefined ? {} : { 'content-range': range };
  return wire.send('PUT', session, { headers, body });
}

function progress({ status, headers }: Answer): string {
  return `${status} ${headers.get('range')}`;
}
