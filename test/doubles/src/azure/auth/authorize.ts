import type { Account } from '../state/account.ts';
import type { Call } from '../wire/call.ts';
import { Fault, badHeader } from '../wire/fault.ts';
import { checkAccountSas } from './account-sas.ts';
import { checkServiceSas } from './service-sas.ts';
import { checkSharedKey } from './shared-key.ts';

/** What a SAS has to allow for an operation. The owner of the account may do everything. */
export interface Need {
  readonly name: string;
  /** Any one of these permissions will do; none is needed where it is empty. */
  readonly sp: string;
  /** The resource type of an account SAS: service, container or object. */
  readonly srt: 's' | 'c' | 'o';
  /** A service SAS can't allow it at all. */
  readonly accountOnly?: boolean;
}

/** Who is asking. */
export interface Identity {
  /** The key or a token, and not a SAS that allows only so much. */
  readonly owner: boolean;
}

/** Finds out who asks, and whether they may. @throws Fault 401 or 403. */
export function authorize(account: Account, call: Call, need: Need): Identity {
  const authorization = call.headers.get('authorization');
  if (authorization !== undefined) {
    if (authorization.startsWith('Bearer ')) checkToken(account, call, authorization);
    else checkSharedKey(account, call, authorization);
    return { owner: true };
  }
  if (call.query.has('sig')) {
    if (call.query.has('ss')) checkAccountSas(account, call, need);
    else checkServiceSas(account, call, need);
    return { owner: false };
  }
  const { version } = call;
  if (version === undefined || version < '2019-12-12') throw new Fault('PublicAccessNotPermitted');
  throw new Fault('NoAuthenticationInformation', { headers: { 'WWW-Authenticate': challenge } });
}

/** The versions of the protocol that the double knows: their dates. */
export function checkVersion(call: Call): void {
  const { version } = call;
  if (version === undefined) return;
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(version) || version < oldest)
    throw badHeader('x-ms-version', version);
}

const oldest = '2019-12-12';

function checkToken(account: Account, call: Call, authorization: string): void {
  const headers = { 'WWW-Authenticate': challenge };
  if (call.version === undefined) {
    throw new Fault('MissingRequiredHeader', { detail: { HeaderName: 'x-ms-version' } });
  }
  if (account.token !== undefined && authorization === `Bearer ${account.token}`) return;
  const detail = { AuthenticationErrorDetail: 'The access token was missing or malformed.' };
  throw new Fault('InvalidAuthenticationInfo', { headers, detail });
}

/** Tells clients where tokens are to be had. */
const challenge =
  'Bearer authorization_uri=https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/oauth2/authorize resource_id=https://storage.azure.com';
