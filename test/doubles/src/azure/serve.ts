import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../shared/server.ts';
import { authorize, checkVersion } from './auth/authorize.ts';
import type { Need } from './auth/authorize.ts';
import { checkBatch, readBatch, writeBatch } from './batch.ts';
import type { Part } from './batch.ts';
import { route } from './ops/routes.ts';
import type { SeenRequest } from './options.ts';
import type { Account } from './state/account.ts';
import { answerOf, render, send } from './wire/answer.ts';
import type { Answer, Rendered } from './wire/answer.ts';
import { callOf, requestId } from './wire/call.ts';
import type { Call } from './wire/call.ts';
import { Fault } from './wire/fault.ts';

/** Answers one request. */
export async function serve(
  account: Account,
  onRequest: ((request: SeenRequest) => void) | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const now = account.ticker.now();
  const method = request.method ?? 'GET';
  let call: Call | undefined;
  let rendered: Rendered;
  try {
    call = callOf(request, body, account.name);
    onRequest?.(seen(call));
    checkVersion(call);
    rendered = render(isBatch(call) ? batch(account, call) : single(account, call), call);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    rendered = renderFault(error, call ?? { method, requestId: requestId() }, now);
  }
  send(response, rendered, method, now);
}

function seen(call: Call): SeenRequest {
  const { method, path } = call;
  const parts = isBatch(call)
    ? [...call.body.toString().matchAll(/^([A-Z]+ \S+) HTTP\/1\.1\r$/gmu)].map(
        (match) => match[1] ?? '',
      )
    : undefined;
  return {
    method,
    path,
    query: Object.fromEntries(call.query),
    headers: Object.fromEntries(call.headers),
    ...(parts === undefined ? {} : { parts }),
  };
}

function isBatch({ method, query, blob }: Call): boolean {
  return method === 'POST' && query.get('comp') === 'batch' && blob === undefined;
}

function single(account: Account, call: Call): Answer {
  const operation = route(account, call);
  const { owner } = authorize(account, call, operation);
  return operation.run({ account, call, now: account.ticker.now(), owner });
}

/** Each part is authorized by itself and answered by itself; one that fails does not stop the others. */
function batch(account: Account, call: Call): Answer {
  const scoped = call.container !== undefined && call.query.get('restype') === 'container';
  const need: Need = { name: 'Blob Batch', sp: '', srt: 's', accountOnly: !scoped };
  authorize(account, call, need);
  const boundary = checkBatch(call);
  if (scoped) account.container(call.container);
  const { type, body } = writeBatch(partAnswers(account, call, boundary));
  return { status: 202, headers: { 'Content-Type': type }, body };
}

type PartAnswer = { readonly contentId: string | undefined; readonly rendered: Rendered };

/** A body that makes no sense as a whole has one answer, which belongs to none of its parts. */
function partAnswers(account: Account, call: Call, boundary: string): PartAnswer[] {
  let parts: Part[];
  try {
    parts = readBatch(call, boundary, account.name);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const rendered = renderFault(error, call, account.ticker.now());
    return [{ contentId: undefined, rendered }];
  }
  return parts.map(({ contentId, call: part }) => ({
    contentId,
    rendered: partAnswer(account, part),
  }));
}

function partAnswer(account: Account, part: Call): Rendered {
  try {
    return render(single(account, part), part);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return renderFault(error, part, account.ticker.now());
  }
}

function renderFault(
  fault: Fault,
  call: Call | { readonly method: string; readonly requestId: string },
  now: number,
): Rendered {
  return render(answerOf(fault, call, now), call, fault.message);
}
