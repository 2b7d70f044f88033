import { answer, rewrite, type Answer, type Fault } from './faults.ts';
import type { ProxiedRequest } from './request.ts';
import {
  appendTo,
  elementsOf,
  escapeXml,
  replaceElements,
  textOf,
  withoutElements,
} from './xml.ts';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** An error as S3 answers it; the store never sees the request. HEAD gets its status only, as from S3. */
export function error(
  status: number,
  code: string,
  message = `${code}, injected`,
  headers: Readonly<Record<string, string>> = {},
): Fault {
  return answer(
    (request) => answerOf(request, status, errorXml(code, message), headers),
    `s3 ${status} ${code}`,
  );
}

/** 503 SlowDown: ask less often. */
export function slowDown(): Fault {
  return error(503, 'SlowDown', 'Please reduce your request rate.');
}

/** 301 PermanentRedirect: the bucket is in another region. */
export function redirect(region: string, endpoint: string): Fault {
  const message =
    'The bucket you are attempting to access must be addressed using the specified endpoint.';
  const detail = `<Endpoint>${escapeXml(endpoint)}</Endpoint>`;
  return answer(
    (request) =>
      answerOf(request, 301, errorXml('PermanentRedirect', message, detail), {
        'x-amz-bucket-region': region,
      }),
    's3 301 PermanentRedirect',
  );
}

/** Status 200, and an error in the body: of copies and of completed uploads. The store did nothing. */
export function errorIn200(code = 'InternalError', message = `${code}, injected`): Fault {
  return answer(
    (request) => answerOf(request, 200, errorXml(code, message), {}),
    `s3 200 with ${code}`,
  );
}

/** Each key of a bulk delete fails with `code`. The store did nothing. */
export function everyKeyError(code: string, message = `${code}, injected`): Fault {
  return answer((request, body) => {
    const keys = elementsOf(body.toString(), 'Object').map((each) => textOf(each, 'Key') ?? '');
    const errors = keys.map((key) => keyErrorXml(key, code, message)).join('');
    return answerOf(request, 200, `${HEAD}<DeleteResult>${errors}</DeleteResult>`, {});
  }, `s3 ${code} for every key`);
}

/**
 * A bulk delete says of `key` that it failed with `code`. The store did delete it, as it does when an error comes
 * late; for keys that stay see `everyKeyError`.
 */
export function perKeyError(key: string, code: string, message = `${code}, injected`): Fault {
  return rewrite(({ body }) => {
    const rest = withoutKey(body.toString(), key);
    return appendTo(rest, 'DeleteResult', keyErrorXml(key, code, message));
  }, `s3 ${code} for a key`);
}

/** A bulk delete says nothing at all of `key`. The store did delete it. */
export function dropKey(key: string): Fault {
  return rewrite(({ body }) => withoutKey(body.toString(), key), 's3 without a key');
}

/** A listing's page names the token that it was asked with as the next one: it leads in a circle. */
export function repeatToken(): Fault {
  return rewrite(({ request, body }) => {
    const token = request.query.get('continuation-token') ?? request.query.get('marker');
    const xml = body.toString();
    if (token === null) return xml;
    const name = request.query.has('marker') ? 'NextMarker' : 'NextContinuationToken';
    return unfinished(xml, `<${name}>${escapeXml(token)}</${name}>`);
  }, 's3 token repeated');
}

/** A listing's page has the objects of the page before it. Strikes from the first page on. */
export function repeatPage(): Fault {
  let before: string | undefined;
  return rewrite(({ body }) => {
    const xml = body.toString();
    before ??= elementsOf(xml, 'Contents').join('');
    return appendTo(withoutElements(xml, 'Contents'), 'ListBucketResult', before);
  }, 's3 page repeated');
}

/** A listing's page says neither that it is the last nor what comes next. */
export function withoutEnd(): Fault {
  return rewrite(({ body }) => {
    const xml = withoutElements(body.toString(), 'IsTruncated');
    return withoutElements(withoutElements(xml, 'NextContinuationToken'), 'NextMarker');
  }, 's3 end missing');
}

/** A listing's page says that there is more, and not how to get it. */
export function moreWithoutToken(): Fault {
  return rewrite(({ body }) => unfinished(body.toString(), ''), 's3 token missing');
}

/** The objects of a listing's page, last to first. */
export function unordered(): Fault {
  return rewrite(({ body }) => {
    const xml = body.toString();
    const reversed = elementsOf(xml, 'Contents').reverse().join('');
    return appendTo(withoutElements(xml, 'Contents'), 'ListBucketResult', reversed);
  }, 's3 unordered');
}

/** A listing's page has an object more, which nobody asked for. */
export function strayKey(key: string): Fault {
  const object = [
    `<Contents><Key>${escapeXml(key)}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified>`,
    '<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>0</Size>',
    '<StorageClass>STANDARD</StorageClass></Contents>',
  ].join('');
  return rewrite(
    ({ body }) => appendTo(body.toString(), 'ListBucketResult', object),
    's3 stray key',
  );
}

function unfinished(xml: string, next: string): string {
  const bare = withoutElements(withoutElements(xml, 'NextContinuationToken'), 'NextMarker');
  const more = replaceElements(bare, 'IsTruncated', () => '');
  return appendTo(more, 'ListBucketResult', `<IsTruncated>true</IsTruncated>${next}`);
}

function withoutKey(xml: string, key: string): string {
  const drop = (element: string): string => (textOf(element, 'Key') === key ? '' : element);
  return replaceElements(replaceElements(xml, 'Deleted', drop), 'Error', drop);
}

function keyErrorXml(key: string, code: string, message: string): string {
  return `<Error><Key>${escapeXml(key)}</Key><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
}

function errorXml(code: string, message: string, detail = ''): string {
  return [
    `${HEAD}<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message>${detail}`,
    '<RequestId>INJECTED</RequestId><HostId>injected</HostId></Error>',
  ].join('');
}

function answerOf(
  request: ProxiedRequest,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
): Answer {
  const always = { 'x-amz-request-id': 'INJECTED', date: new Date().toUTCString(), ...headers };
  if (request.method === 'HEAD') return { status, headers: always };
  return { status, headers: { 'content-type': 'application/xml', ...always }, body };
}
