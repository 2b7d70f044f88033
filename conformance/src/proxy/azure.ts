import { answer, rewrite, type Fault, type StoreAnswer } from './faults.ts';
import { joinParts, parseMultipart, pathOf, type Part, withAnswer } from './multipart.ts';
import { appendTo, elementsOf, escapeXml, withoutElements } from './xml.ts';

/** An error as Azure answers it; the store never sees the request. HEAD gets its code in a header. */
export function error(
  status: number,
  code: string,
  message = `${code}, injected`,
  headers: Readonly<Record<string, string>> = {},
): Fault {
  return answer(
    ({ method }) => ({
      status,
      headers: {
        'x-ms-request-id': '00000000-0000-0000-0000-000000000000',
        'x-ms-error-code': code,
        date: new Date().toUTCString(),
        ...(method === 'HEAD' ? {} : { 'content-type': 'application/xml' }),
        ...headers,
      },
      body: method === 'HEAD' ? '' : errorXml(code, message),
    }),
    `azure ${status} ${code}`,
  );
}

/** 503 ServerBusy: ask less often. */
export function serverBusy(): Fault {
  return error(503, 'ServerBusy', 'Ingress is over the account limit.');
}

/** 500 OperationTimedOut: it may have been done, or not. */
export function operationTimedOut(): Fault {
  return error(
    500,
    'OperationTimedOut',
    'Operation could not be completed within the specified time.',
  );
}

/** Each part of a batch fails. The store did nothing. */
export function everyPartError(status: number, code: string, message = `${code}, injected`): Fault {
  return answer((_request, body) => {
    const boundary = '--batchresponse_injected';
    const answers = parseMultipart(body).parts.map(({ contentId = '0' }) => {
      const outer = `\r\nContent-Type: application/http\r\nContent-ID: ${contentId}\r\n\r\n`;
      return failed({ contentId, text: outer }, status, code, message);
    });
    return {
      status: 202,
      headers: { 'content-type': `multipart/mixed; boundary=${boundary.slice(2)}` },
      body: joinParts(boundary, answers),
    };
  }, `azure ${code} for every part`);
}

/** The part of a batch that is about the blob `name` says that it failed. The store did do it. */
export function perPartError(
  name: string,
  status: number,
  code: string,
  message = `${code}, injected`,
): Fault {
  return rewrite(
    (given) => changedPart(given, name, (part) => [failed(part, status, code, message)]),
    `azure ${code} for a part`,
  );
}

/** A batch says nothing of the blob `name`. The store did what was asked. */
export function dropPart(name: string): Fault {
  return rewrite((given) => changedPart(given, name, () => []), 'azure without a part');
}

/** A listing's page names the marker that it was asked with as the next one: it leads in a circle. */
export function repeatMarker(): Fault {
  return rewrite(({ request, body }) => {
    const marker = request.query.get('marker');
    if (marker === null) return body;
    const xml = withoutElements(body.toString(), 'NextMarker');
    return appendTo(xml, 'EnumerationResults', `<NextMarker>${escapeXml(marker)}</NextMarker>`);
  }, 'azure marker repeated');
}

/** A listing's page has the blobs of the page before it. Strikes from the first page on. */
export function repeatPage(): Fault {
  let before: string | undefined;
  return rewrite(({ body }) => {
    const xml = body.toString();
    before ??= elementsOf(xml, 'Blob').join('');
    return appendTo(withoutElements(xml, 'Blob'), 'Blobs', before);
  }, 'azure page repeated');
}

/** A listing's page says neither that it is the last nor what comes next: `NextMarker` is missing. */
export function withoutEnd(): Fault {
  return rewrite(({ body }) => withoutElements(body.toString(), 'NextMarker'), 'azure end missing');
}

/** The blobs of a listing's page, last to first. */
export function unordered(): Fault {
  return rewrite(({ body }) => {
    const xml = body.toString();
    const reversed = elementsOf(xml, 'Blob').reverse().join('');
    return appendTo(withoutElements(xml, 'Blob'), 'Blobs', reversed);
  }, 'azure unordered');
}

/** A listing's page has a blob more, which nobody asked for. */
export function strayKey(name: string): Fault {
  const blob = [
    `<Blob><Name>${escapeXml(name)}</Name><Properties>`,
    '<Last-Modified>Mon, 01 Jan 2024 00:00:00 GMT</Last-Modified><Etag>0x8DC0A0000000000</Etag>',
    '<Content-Length>0</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>',
  ].join('');
  return rewrite(({ body }) => {
    // An empty list is written in one tag.
    const open = body.toString().replace(/<Blobs\s*\/>/, '<Blobs></Blobs>');
    return appendTo(open, 'Blobs', blob);
  }, 'azure stray key');
}

function changedPart(
  { requestBody, body }: StoreAnswer,
  name: string,
  change: (part: Part) => Part[],
): Buffer {
  const asked = parseMultipart(requestBody).parts;
  const index = asked.findIndex((part) => pathOf(part).endsWith(`/${name}`));
  const identity = asked[index]?.contentId;
  const answers = parseMultipart(body);
  const isMeant = (part: Part, at: number): boolean =>
    part.contentId === undefined ? at === index : index >= 0 && part.contentId === identity;
  return answers.with(
    answers.parts.flatMap((part, at) => (isMeant(part, at) ? change(part) : [part])),
  );
}

function failed(part: Part, status: number, code: string, message: string): Part {
  const headers = {
    'x-ms-error-code': code,
    'x-ms-request-id': '00000000-0000-0000-0000-000000000000',
    'Content-Type': 'application/xml',
  };
  return withAnswer(part, `${status} Injected`, headers, errorXml(code, message));
}

function errorXml(code: string, message: string): string {
  const head = '<?xml version="1.0" encoding="utf-8"?>';
  return `${head}<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
}
