import type { Answer } from '../wire/answer.ts';
import type { Lease } from '../state/lease.ts';
import { uuid } from '../state/lease.ts';
import type { Call } from '../wire/call.ts';
import { badHeader } from '../wire/fault.ts';
import { checkWrite } from './conditions.ts';
import { containerOf, current, httpDate } from './context.ts';
import type { Context } from './context.ts';
import { missingHeader } from './put.ts';

/** Lease Blob. */
export function leaseBlob(context: Context): Answer {
  const { blob } = current(context);
  checkWrite(context.call, blob);
  return act(context, blob.lease, blob);
}

/** Lease Container. */
export function leaseContainer(context: Context): Answer {
  const container = containerOf(context);
  checkWrite(context.call, container);
  return act(context, container.lease, container);
}

/** The lease changes; what is leased keeps its etag. */
function act(
  { call, now }: Context,
  lease: Lease,
  leased: { etag: string; modified: number },
): Answer {
  const headers = { 'Last-Modified': httpDate(leased.modified), ETag: leased.etag };
  const action = call.headers.get('x-ms-lease-action');
  switch (action) {
    case 'acquire': {
      const id = lease.acquire(duration(call), identifier(call, 'x-ms-proposed-lease-id'), now);
      return { status: 201, headers: { ...headers, 'x-ms-lease-id': id } };
    }
    case 'renew': {
      const id = required(call, 'x-ms-lease-id');
      lease.renew(id, now);
      return { status: 200, headers: { ...headers, 'x-ms-lease-id': id } };
    }
    case 'change': {
      const proposed = required(call, 'x-ms-proposed-lease-id');
      lease.change(required(call, 'x-ms-lease-id'), proposed, now);
      return { status: 200, headers: { ...headers, 'x-ms-lease-id': proposed } };
    }
    case 'release':
      lease.release(required(call, 'x-ms-lease-id'), now);
      return { status: 200, headers };
    case 'break': {
      const left = lease.break(period(call), now);
      return { status: 202, headers: { ...headers, 'x-ms-lease-time': left } };
    }
    case undefined:
      throw missingHeader('x-ms-lease-action');
    default:
      throw badHeader('x-ms-lease-action', action);
  }
}

function duration(call: Call): number {
  const text = call.headers.get('x-ms-lease-duration');
  if (text === undefined) throw missingHeader('x-ms-lease-duration');
  const seconds = Number(text);
  if (seconds === -1 || (Number.isInteger(seconds) && seconds >= 15 && seconds <= 60))
    return seconds;
  throw badHeader('x-ms-lease-duration', text);
}

function period(call: Call): number | undefined {
  const text = call.headers.get('x-ms-lease-break-period');
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= 60) return seconds;
  throw badHeader('x-ms-lease-break-period', text);
}

function required(call: Call, name: string): string {
  const id = identifier(call, name);
  if (id === undefined) throw missingHeader(name);
  return id;
}

function identifier(call: Call, name: string): string | undefined {
  const id = call.headers.get(name);
  if (id !== undefined && !uuid.test(id)) throw badHeader(name, id);
  return id;
}
