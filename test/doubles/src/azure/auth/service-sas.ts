import type { Account } from '../state/account.ts';
import type { Call } from '../wire/call.ts';
import { Fault } from '../wire/fault.ts';
import type { Need } from './authorize.ts';
import { badSignature, checkLimits, checkPermissions } from './sas.ts';
import { failed, sameSignature, sign } from './shared-key.ts';

/**
 * Checks a SAS for a container, a directory, a blob, a snapshot or a version. It is signed for the resource, so
 * that of another one does not fit. @throws Fault 403.
 */
export function checkServiceSas(account: Account, call: Call, need: Need): void {
  const field = (name: string): string => call.query.get(name) ?? '';
  if (call.query.has('si')) throw failed('The double has no stored access policies.');
  if (call.query.has('skoid')) throw failed('The double has no user delegation keys.');
  const kind = field('sr');
  const stamp = kind === 'bs' ? field('snapshot') : kind === 'bv' ? field('versionid') : '';
  const text = [
    ...['sp', 'st', 'se'].map(field),
    resource(account, call, kind),
    '',
    ...['sip', 'spr', 'sv', 'sr'].map(field),
    stamp,
    ...(field('sv') >= '2020-12-06' ? [field('ses')] : []),
    ...['rscc', 'rscd', 'rsce', 'rscl', 'rsct'].map(field),
  ].join('\n');
  if (!sameSignature(sign(account.key, text), field('sig'))) throw badSignature(text);
  checkLimits(call);
  if (need.accountOnly === true) throw new Fault('AuthorizationFailure');
  // A SAS of one blob allows nothing of its container.
  if (call.blob === undefined && kind.startsWith('b')) throw new Fault('AuthorizationFailure');
  checkPermissions(call, need);
}

function resource(account: Account, call: Call, kind: string): string {
  const container = `/blob/${account.name}/${call.container ?? ''}`;
  if (kind === 'c') return container;
  if (kind !== 'd') return `${container}/${call.blob ?? ''}`;
  const depth = Number(call.query.get('sdd') ?? '0');
  const path = call.blob ?? call.query.get('prefix') ?? '';
  return [container, ...path.split('/').slice(0, depth)].join('/');
}
