import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, startServer } from '../shared/server.ts';
import { authorize, checkVersion } from './auth/authorize.ts';
import type { Need } from './auth/authorize.ts';
import { readBatch, writeBatch } from './batch.ts';
import { containerHandle } from './handle.ts';
import { route } from './ops/routes.ts';
import type { AzureDouble, AzureDoubleOptions } from './options.ts';
import { Account } from './state/account.ts';
import { answerOf, render, send } from './wire/answer.ts';
import type { Answer, Rendered } from './wire/answer.ts';
import { callOf, requestId } from './wire/call.ts';
import type { Call } from './wire/call.ts';
import { Fault } from './wire/fault.ts';

/**
 * Starts a server that speaks the Blob service's REST protocol as the service does, soft delete, versions,
 * immutability and hierarchical namespaces included. Everything is kept in memory.
 */
export async function startAzureDouble(options: AzureDoubleOptions = {}): Promise<AzureDouble> {
  const key = options.key ?? randomBytes(64).toString('base64');
  const account = new Account({
    name: options.account ?? 'dunnagedouble',
    key: Buffer.from(key, 'base64'),
    token: options.token,
    hns: options.hns ?? false,
    versioning: options.versioning ?? false,
    softDeleteDays: options.softDeleteDays ?? 0,
    clock: options.clock ?? Date.now,
    pendingCopyAnswers: options.pendingCopyAnswers ?? 0,
    sparsePages: options.sparsePages ?? false,
  });
  const server = await startServer((request, response) =>
    serve(account, options, request, response),
  );
  account.endpoint = `${server.url}/${account.name}`;
  return {
    ...server,
    account: account.name,
    key,
    endpoint: account.endpoint,
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${account.name};AccountKey=${key};BlobEndpoint=${account.endpoint};`,
    certificate: undefined,
    container: (name, settings) => containerHandle(account, name, settings),
    configure: ({ versioning, softDeleteDays }) => {
      account.versioning = versioning ?? account.versioning;
      account.softDeleteDays = softDeleteDays ?? account.softDeleteDays;
    },
  };
}

async function serve(
  account: Account,
  options: AzureDoubleOptions,
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
    tell(options, call);
    checkVersion(call);
    rendered = perform(account, call);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const id = call?.requestId ?? requestId();
    rendered = render(answerOf(error, { method, requestId: id }, now), call, id, error.message);
  }
  send(response, rendered, method, now);
}

function tell({ onRequest }: AzureDoubleOptions, call: Call): void {
  onRequest?.({
    method: call.method,
    path: call.path,
    query: Object.fromEntries(call.query),
    headers: Object.fromEntries(call.headers),
  });
}

function perform(account: Account, call: Call): Rendered {
  const isBatch =
    call.method === 'POST' && call.query.get('comp') === 'batch' && call.blob === undefined;
  return render(isBatch ? batch(account, call) : single(account, call), call, call.requestId);
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
  if (scoped) account.container(call.container);
  const answers = readBatch(call, account.name).map(({ contentId, call: part }) => {
    return { contentId, rendered: partAnswer(account, part, call) };
  });
  const { type, body } = writeBatch(answers);
  return { status: 202, headers: { 'Content-Type': type }, body };
}

function partAnswer(account: Account, part: Call, whole: Call): Rendered {
  const version = whole.headers.get('x-ms-version');
  try {
    return withVersion(render(single(account, part), part, part.requestId), version);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const answer = answerOf(error, part, account.ticker.now());
    return withVersion(render(answer, part, part.requestId, error.message), version);
  }
}

function withVersion(rendered: Rendered, version: string | undefined): Rendered {
  const headers = new Map(rendered.headers);
  if (version !== undefined) headers.set('x-ms-version', version);
  return { ...rendered, headers };
}
