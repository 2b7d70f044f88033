import { Container } from '../state/container.ts';
import { holdsOn } from '../state/protection.ts';
import { etagOf } from '../state/ticker.ts';
import type { Answer } from '../wire/answer.ts';
import { Fault } from '../wire/fault.ts';
import { checkRead, checkWrite } from './conditions.ts';
import { metadataHeaders, metadataOf } from './content.ts';
import { containerOf, httpDate } from './context.ts';
import type { Context } from './context.ts';
import { checkContainerName } from './names.ts';

export function createContainer(context: Context): Answer {
  const { account, call, now } = context;
  const name = call.container ?? '';
  checkContainerName(name);
  if (call.headers.has('x-ms-blob-public-access')) throw new Fault('PublicAccessNotPermitted');
  if (account.containers.get(name) !== undefined) throw new Fault('ContainerAlreadyExists');
  const container = new Container(name, account.hns, etagOf(account.ticker.next()), now);
  container.metadata = new Map(metadataOf(call));
  account.containers.set(name, container);
  return { status: 201, headers: stateHeaders(container) };
}

export function containerProperties(context: Context): Answer {
  const container = containerOf(context);
  const { call, now } = context;
  checkContainerLease(container, call.headers.get('x-ms-lease-id'), now);
  checkRead(call, container);
  const state = container.lease.state(now);
  return {
    status: 200,
    headers: {
      ...stateHeaders(container),
      'x-ms-lease-status': container.lease.locks(now) ? 'locked' : 'unlocked',
      'x-ms-lease-state': state,
      'x-ms-lease-duration': state === 'leased' ? container.lease.kind : undefined,
      'x-ms-default-encryption-scope': '$account-encryption-key',
      'x-ms-deny-encryption-scope-override': 'false',
      'x-ms-has-immutability-policy': String(container.immutableDays !== undefined),
      'x-ms-has-legal-hold': String(container.legalHold),
      'x-ms-immutable-storage-with-versioning-enabled': String(container.versionLevelImmutability),
      ...metadataHeaders(container.metadata),
    },
  };
}

export function setContainerMetadata(context: Context): Answer {
  const container = containerOf(context);
  const { account, call, now } = context;
  checkContainerLease(container, call.headers.get('x-ms-lease-id'), now);
  checkWrite(call, container);
  container.metadata = new Map(metadataOf(call));
  container.etag = etagOf(account.ticker.next());
  container.modified = now;
  return { status: 200, headers: stateHeaders(container) };
}

export function deleteContainer(context: Context): Answer {
  const container = containerOf(context);
  const { account, call, now } = context;
  const id = call.headers.get('x-ms-lease-id');
  if (container.lease.locks(now) && id === undefined) {
    throw new Fault('LeaseIdMissing', {
      message:
        'There is currently a lease on the container and no lease ID was specified in the request.',
    });
  }
  checkContainerLease(container, id, now);
  checkWrite(call, container);
  if (holdsOn(container)) throw new Fault('ContainerProtectedFromDeletion');
  account.containers.delete(container.name);
  return { status: 202 };
}

function checkContainerLease(container: Container, id: string | undefined, now: number): void {
  if (id === undefined) return;
  if (!container.lease.locks(now)) throw new Fault('LeaseNotPresentWithContainerOperation');
  if (id !== container.lease.id) throw new Fault('LeaseIdMismatchWithContainerOperation');
}

function stateHeaders(container: Container): Record<string, string> {
  return { 'Last-Modified': httpDate(container.modified), ETag: container.etag };
}
