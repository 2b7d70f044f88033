import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Account } from '../state/account.ts';
import type { Call } from '../wire/call.ts';
import { Fault, badHeader } from '../wire/fault.ts';

const farthestSkewMs = 15 * 60_000;

/** Checks `Authorization: SharedKey ACCOUNT:SIGNATURE`. @throws Fault `AuthenticationFailed` and the like. */
export function checkSharedKey(account: Account, call: Call, authorization: string): void {
  const match = /^(SharedKey|SharedKeyLite) ([^:\s]+):(\S+)$/u.exec(authorization);
  if (match === null) throw badHeader('Authorization', authorization);
  const [, scheme, name, signature] = match;
  if (scheme !== 'SharedKey' || name !== account.name || signature === undefined) {
    throw failed('The account or the scheme of the Authorization header is not the one served.');
  }
  checkDate(call);
  const text = stringToSign(account.name, call);
  if (!sameSignature(sign(account.key, text), signature)) {
    throw failed(
      `The MAC signature found in the HTTP request '${signature}' is not the same as any computed signature. Server used following string to sign: '${text}'.`,
    );
  }
}

/** Base64 of the HMAC-SHA256. */
export function sign(key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64');
}

export function sameSignature(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

export function failed(detail: string): Fault {
  return new Fault('AuthenticationFailed', { detail: { AuthenticationErrorDetail: detail } });
}

/** Signatures are made by clients, whose clock is the real one, whatever the clock of the double. */
function checkDate(call: Call): void {
  const sent = call.headers.get('x-ms-date') ?? call.headers.get('date');
  const time = Date.parse(sent ?? '');
  if (Number.isNaN(time)) throw failed('Date header is missing or has no valid time.');
  if (Math.abs(Date.now() - time) > farthestSkewMs) {
    throw failed(`Request date header too old: '${sent}'`);
  }
}

function stringToSign(account: string, call: Call): string {
  const header = (name: string): string => call.headers.get(name) ?? '';
  const length = header('content-length');
  return [
    call.method,
    header('content-encoding'),
    header('content-language'),
    length === '0' ? '' : length,
    header('content-md5'),
    header('content-type'),
    call.headers.has('x-ms-date') ? '' : header('date'),
    header('if-modified-since'),
    header('if-match'),
    header('if-none-match'),
    header('if-unmodified-since'),
    header('range'),
    canonicalHeaders(call) + canonicalResource(account, call),
  ].join('\n');
}

function canonicalHeaders(call: Call): string {
  return [...call.headers]
    .filter(([name]) => name.startsWith('x-ms-'))
    .sort(([a], [b]) => compareHeaders(a, b))
    .map(([name, value]) => `${name}:${value.replaceAll(/\s+/gu, ' ').trim()}\n`)
    .join('');
}

function canonicalResource(account: string, call: Call): string {
  const query = [...call.query]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `\n${name}:${value}`);
  return `/${account}${call.path}${query.join('')}`;
}

/** As the service's culture orders names: dashes count for nothing, underscores come before digits and letters. */
function compareHeaders(a: string, b: string): number {
  const [left, right] = [weighed(a), weighed(b)];
  if (left !== right) return left < right ? -1 : 1;
  return a < b ? -1 : 1;
}

function weighed(name: string): string {
  return name.replaceAll('-', '').replaceAll('_', '!');
}
