import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { checkAnswer, collect, unreadable } from './answer.ts';
import { etagOf, wholeSeconds } from './facts.ts';
import { decodeName, scanPage } from './scan-page.ts';
import type { Listed, Page } from './scan-page.ts';
import { Unknown } from './scan-xml.ts';
import type { Store } from './store.ts';

/** What to list: names as the store has them. */
export interface PageQuery {
  readonly prefix: string;
  readonly size: number;
  /** Only what is directly below the prefix. */
  readonly children: boolean;
  readonly startAfter: string | undefined;
}

/** Asks for the page that begins at `token`; it is whole, or this throws. */
export async function fetchPage(
  store: Store,
  query: PageQuery,
  token: string | undefined,
  signal: AbortSignal,
): Promise<Page> {
  const { response, body } = await store.client.send(
    { method: 'GET', query: parametersOf(query, token) },
    signal,
  );
  const bytes = await collect(body);
  const { statusCode, headers } = response;
  checkAnswer(statusCode, headers, bytes, 'ListBucketResult');
  store.bucketSeen = true;
  const page = scanned(bytes) ?? (await parsed(store, query, token, signal));
  const found = page.objects.length + page.prefixes.length;
  if (page.count !== undefined && found < page.count) {
    throw unreadable(statusCode, headers, `it has ${found} names where it counts ${page.count}`);
  }
  return page;
}

function parametersOf(query: PageQuery, token: string | undefined): Record<string, string> {
  const { prefix, size, children, startAfter } = query;
  return {
    'list-type': '2',
    // XML can't carry every character that a name may have.
    'encoding-type': 'url',
    'max-keys': String(size),
    ...(prefix !== '' && { prefix }),
    ...(children && { delimiter: '/' }),
    ...(startAfter !== undefined && { 'start-after': startAfter }),
    ...(token !== undefined && { 'continuation-token': token }),
  };
}

function scanned(bytes: Buffer): Page | undefined {
  try {
    return scanPage(bytes);
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

/** The page by the SDK's own parser, which knows all that an XML document may have. */
async function parsed(
  store: Store,
  { prefix, size, children, startAfter }: PageQuery,
  token: string | undefined,
  signal: AbortSignal,
): Promise<Page> {
  const command = new ListObjectsV2Command({
    Bucket: store.bucket,
    EncodingType: 'url',
    MaxKeys: size,
    ...(prefix !== '' && { Prefix: prefix }),
    ...(children && { Delimiter: '/' }),
    ...(startAfter !== undefined && { StartAfter: startAfter }),
    ...(token !== undefined && { ContinuationToken: token }),
  });
  return pageOf(await store.client.run(signal, (sdk, options) => sdk.send(command, options)));
}

/** A page as the SDK gives it. @throws {S3Failure} where something is missing that every page has. */
export function pageOf(output: ListObjectsV2CommandOutput): Page {
  const decode = (name: string): string =>
    output.EncodingType === 'url' ? decodeName(name) : name;
  const objects = (output.Contents ?? []).map(({ Key, Size, LastModified, ETag }): Listed => {
    if (Key === undefined || Size === undefined || LastModified === undefined) {
      throw unreadable(200, {}, 'an object in it lacks its name, size or time');
    }
    const modified = wholeSeconds(LastModified.getTime());
    return { name: decode(Key), size: Size, modified, etag: etagOf(ETag) };
  });
  const prefixes = (output.CommonPrefixes ?? []).map(({ Prefix }) => {
    if (Prefix === undefined) throw unreadable(200, {}, 'a prefix in it lacks its name');
    return decode(Prefix);
  });
  if (output.IsTruncated === undefined) {
    throw unreadable(200, {}, 'it does not say whether there is more');
  }
  return {
    objects,
    prefixes,
    truncated: output.IsTruncated,
    token: output.NextContinuationToken,
    count: output.KeyCount,
  };
}
