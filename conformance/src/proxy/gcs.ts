import { answer, rewrite, type Fault, type StoreAnswer } from './faults.ts';
import { joinParts, parseMultipart, pathOf, type Part, withAnswer } from './multipart.ts';
import type { ProxiedRequest } from './request.ts';

/** A page of a listing, as far as faults touch it. */
interface Page {
  items?: unknown[];
  nextPageToken?: string;
}

/** An error as the JSON interface answers it; the store never sees the request. */
export function error(
  status: number,
  reason: string,
  message = `${reason}, injected`,
  headers: Readonly<Record<string, string>> = {},
): Fault {
  return answer((request) => {
    // Downloads fail in plain words.
    const isDownload = request.operation === 'get';
    const type = isDownload ? 'text/html; charset=UTF-8' : 'application/json; charset=UTF-8';
    const body = isDownload ? message : errorJson(status, reason, message);
    return { status, headers: { 'content-type': type, ...headers }, body };
  }, `gcs ${status} ${reason}`);
}

/** 429 rateLimitExceeded: ask less often. */
export function rateLimited(): Fault {
  return error(
    429,
    'rateLimitExceeded',
    'The object exceeded the rate limit for object mutation operations.',
  );
}

/** 503 backendError. */
export function backendError(): Fault {
  return error(503, 'backendError', 'Backend Error');
}

/** Status 200, and an error in the body. The store did nothing. */
export function errorIn200(status = 503, reason = 'backendError'): Fault {
  const body = errorJson(status, reason, `${reason}, injected`);
  const headers = { 'content-type': 'application/json; charset=UTF-8' };
  return answer({ status: 200, headers, body }, `gcs 200 with ${reason}`);
}

/** Each part of a batch fails. The store did nothing. */
export function everyPartError(
  status: number,
  reason: string,
  message = `${reason}, injected`,
): Fault {
  return answer((_request: ProxiedRequest, body) => {
    const { parts } = parseMultipart(body);
    const boundary = '--batch_injected';
    const answers = parts.map(({ contentId }) => {
      const identity = contentId === undefined ? '' : `Content-ID: <response-${contentId}>\r\n`;
      const outer = `\r\nContent-Type: application/http\r\n${identity}\r\n`;
      return failed({ contentId, text: outer }, status, reason, message);
    });
    return {
      status: 200,
      headers: { 'content-type': `multipart/mixed; boundary=${boundary.slice(2)}` },
      body: joinParts(boundary, answers),
    };
  }, `gcs ${reason} for every part`);
}

/** The part of a batch that is about the object `name` says that it failed. The store did do it. */
export function perPartError(
  name: string,
  status: number,
  reason: string,
  message = `${reason}, injected`,
): Fault {
  return rewrite(
    (given) => changedPart(given, name, (part) => [failed(part, status, reason, message)]),
    `gcs ${reason} for a part`,
  );
}

/** A batch says nothing of the object `name`. The store did what was asked. */
export function dropPart(name: string): Fault {
  return rewrite((given) => changedPart(given, name, () => []), 'gcs without a part');
}

/** A listing's page names the token that it was asked with as the next one: it leads in a circle. */
export function repeatToken(): Fault {
  return rewrite(({ request, body }) => {
    const token = request.query.get('pageToken');
    return token === null ? body : changedPage(body, (page) => ({ ...page, nextPageToken: token }));
  }, 'gcs token repeated');
}

/** A listing's page has the objects of the page before it. Strikes from the first page on. */
export function repeatPage(): Fault {
  let before: unknown[] | undefined;
  return rewrite(
    ({ body }) =>
      changedPage(body, (page) => {
        before ??= page.items ?? [];
        return { ...page, items: before };
      }),
    'gcs page repeated',
  );
}

/** The objects of a listing's page, last to first. */
export function unordered(): Fault {
  return rewrite(
    ({ body }) =>
      changedPage(body, (page) => ({ ...page, items: (page.items ?? []).toReversed() })),
    'gcs unordered',
  );
}

/** A listing's page has an object more, which nobody asked for. */
export function strayKey(name: string): Fault {
  const object = {
    ...{ kind: 'storage#object', name, size: '0', generation: '1', metageneration: '1' },
    ...{ etag: 'CAE=', md5Hash: '1B2M2Y8AsgTpgAmY7PhCfg==', updated: '2024-01-01T00:00:00.000Z' },
  };
  return rewrite(
    ({ body }) =>
      changedPage(body, (page) => ({ ...page, items: [...(page.items ?? []), object] })),
    'gcs stray key',
  );
}

function changedPage(body: Buffer, change: (page: Page) => Page): string {
  return JSON.stringify(change(JSON.parse(body.toString()) as Page));
}

function changedPart(
  { requestBody, body }: StoreAnswer,
  name: string,
  change: (part: Part) => Part[],
): Buffer {
  const asked = parseMultipart(requestBody).parts;
  const index = asked.findIndex((part) => pathOf(part).endsWith(`/o/${name}`));
  const identity = asked[index]?.contentId;
  const answers = parseMultipart(body);
  const isMeant = (part: Part, at: number): boolean =>
    identity === undefined || part.contentId === undefined
      ? at === index
      : part.contentId === `response-${identity}`;
  return answers.with(
    answers.parts.flatMap((part, at) => (isMeant(part, at) ? change(part) : [part])),
  );
}

function failed(part: Part, status: number, reason: string, message: string): Part {
  const headers = { 'Content-Type': 'application/json; charset=UTF-8' };
  return withAnswer(part, `${status} Injected`, headers, errorJson(status, reason, message));
}

function errorJson(status: number, reason: string, message: string): string {
  const errors = [{ message, domain: 'global', reason }];
  return JSON.stringify({ error: { code: status, message, errors } });
}
