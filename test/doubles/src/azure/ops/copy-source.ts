import { authorize } from '../auth/authorize.ts';
import { readCall } from '../wire/call.ts';
import { Fault } from '../wire/fault.ts';
import { checkSource } from './conditions.ts';
import { named } from './context.ts';
import type { Context, Found } from './context.ts';
import { missingHeader } from './put.ts';

/**
 * The blob that a copy reads, by the URL in `x-ms-copy-source`. An asynchronous copy inside the account goes by
 * the rights of its request; all others need a SAS in the URL or a token of their own.
 * @throws Fault what a reader of the source would get; as `CannotVerifyCopySource` where it is read from outside.
 */
export function source(
  context: Context,
  rights: 'same-account' | 'delegated',
): Found & { url: string } {
  const { account, call, now } = context;
  const url = call.headers.get('x-ms-copy-source');
  if (url === undefined) throw missingHeader('x-ms-copy-source');
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || url.length > 2048) {
    throw new Fault('InvalidHeaderValue', {
      detail: { HeaderName: 'x-ms-copy-source', HeaderValue: url },
    });
  }
  try {
    const token = call.headers.get('x-ms-copy-source-authorization');
    const read = readCall(
      {
        method: 'GET',
        target: parsed.pathname + parsed.search,
        rawHeaders: [
          'host',
          parsed.host,
          'x-ms-version',
          call.version ?? '',
          ...(token === undefined ? [] : ['authorization', token]),
        ],
        body: Buffer.alloc(0),
        secure: parsed.protocol === 'https:',
        remoteAddress: call.remoteAddress,
      },
      account.name,
    );
    const signed = read.query.has('sig') || token !== undefined;
    if (signed || rights === 'delegated' || !context.owner) {
      authorize(account, read, { name: 'Get Blob', sp: 'r', srt: 'o' });
    }
    const found = named({ account, call: read, now, owner: context.owner });
    checkSource(call, found.blob);
    return { ...found, url };
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'SourceConditionNotMet') throw error;
    if (rights === 'same-account' && error.code === 'BlobNotFound') throw error;
    throw new Fault('CannotVerifyCopySource', { status: error.status, message: error.message });
  }
}
