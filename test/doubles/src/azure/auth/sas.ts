import type { Call } from '../wire/call.ts';
import { Fault } from '../wire/fault.ts';
import type { Need } from './authorize.ts';
import { failed } from './shared-key.ts';

/** Checks what both kinds of SAS have in common: time, protocol and address. */
export function checkLimits(call: Call): void {
  const now = Date.now();
  const expiry = call.query.get('se');
  if (expiry === undefined) throw failed('Signature fields not well formed: se is missing.');
  const [start, end] = [call.query.get('st'), expiry].map((text) =>
    text === undefined ? 0 : time(text),
  );
  if (now < (start ?? 0) || now >= (end ?? 0)) {
    throw failed(
      `Signature not valid in the specified time frame: Start [${call.query.get('st') ?? ''}] - Expiry [${expiry}] - Current [${new Date(now).toUTCString()}]`,
    );
  }
  const protocol = call.query.get('spr');
  if (protocol === 'https' && !call.secure) throw new Fault('AuthorizationProtocolMismatch');
  const addresses = call.query.get('sip');
  if (addresses !== undefined && !inRange(call.remoteAddress, addresses)) {
    throw new Fault('AuthorizationSourceIPMismatch');
  }
}

/** @throws Fault `AuthorizationPermissionMismatch` when none of the needed permissions is there. */
export function checkPermissions(call: Call, need: Need): void {
  if (need.sp === '') return;
  const granted = call.query.get('sp') ?? '';
  if (![...need.sp].some((permission) => granted.includes(permission))) {
    throw new Fault('AuthorizationPermissionMismatch');
  }
}

export function badSignature(text: string): Fault {
  return failed(`Signature did not match. String to sign used was ${text}`);
}

function time(text: string): number {
  const parsed = Date.parse(text);
  if (Number.isNaN(parsed)) throw failed('Signature fields not well formed.');
  return parsed;
}

function inRange(address: string, range: string): boolean {
  const [first = '', last = first] = range.split('-');
  const number = numberOf(address.replace('::ffff:', ''));
  return numberOf(first) <= number && number <= numberOf(last);
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
