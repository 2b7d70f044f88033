import type { Account } from '../state/account.ts';
import type { Call } from '../wire/call.ts';
import { Fault } from '../wire/fault.ts';
import type { Need } from './authorize.ts';
import { badSignature, checkLimits, checkPermissions } from './sas.ts';
import { sameSignature, sign } from './shared-key.ts';

/** Checks an account SAS: signature, limits, service, resource type and permission. @throws Fault 403. */
export function checkAccountSas(account: Account, call: Call, need: Need): void {
  const field = (name: string): string => call.query.get(name) ?? '';
  const version = field('sv');
  const fields = ['sp', 'ss', 'srt', 'st', 'se', 'sip', 'spr', 'sv'].map(field);
  if (version >= '2020-12-06') fields.push(field('ses'));
  const text = `${[account.name, ...fields].join('\n')}\n`;
  if (!sameSignature(sign(account.key, text), field('sig'))) throw badSignature(text);
  checkLimits(call);
  if (!field('ss').includes('b')) throw new Fault('AuthorizationServiceMismatch');
  const anyType = need.sp === '' && need.srt === 's';
  if (!anyType && !field('srt').includes(need.srt))
    throw new Fault('AuthorizationResourceTypeMismatch');
  checkPermissions(call, need);
}
