import type { Answer } from '../wire/answer.ts';
import { branch } from '../state/history.ts';
import { etagOf, stampOf } from '../state/ticker.ts';
import { Lease } from '../state/lease.ts';
import { Fault, badHeader } from '../wire/fault.ts';
import { writtenHeaders } from './blob-headers.ts';
import { checkRead } from './conditions.ts';
import { contentHeaders, metadataOf } from './content.ts';
import { current, httpDate } from './context.ts';
import type { Context } from './context.ts';
import { guardChange, guardProtection } from './guard.ts';

/** Set Blob Metadata: a new state, as the etag and, where there are versions, the version show. */
export function setMetadata(context: Context): Answer {
  const found = current(context);
  const { account, call, now } = context;
  guardChange(context, found);
  const metadata = metadataOf(call);
  branch(account, found.entry, found.blob);
  found.blob.metadata = metadata;
  found.blob.etag = etagOf(account.ticker.next());
  found.blob.modified = now;
  return { status: 200, headers: writtenHeaders(found.blob) };
}

/** Set Blob Properties: headers that are left out are cleared. Makes no version. */
export function setProperties(context: Context): Answer {
  const found = current(context);
  const { account, call, now } = context;
  guardChange(context, found);
  const headers = contentHeaders(call, false);
  found.blob.headers = {
    ...headers,
    contentType: call.headers.get('x-ms-blob-content-type'),
  };
  found.blob.etag = etagOf(account.ticker.next());
  found.blob.modified = now;
  return {
    status: 200,
    headers: { 'Last-Modified': httpDate(found.blob.modified), ETag: found.blob.etag },
  };
}

/** Snapshot Blob. Where there are versions, it makes one of these, too. */
export function snapshotBlob(context: Context): Answer {
  const { account, call } = context;
  if (account.hns) {
    throw new Fault('FeatureNotYetSupportedForHierarchicalNamespaceAccounts', {
      detail: { FeatureName: 'Snapshots' },
    });
  }
  const found = current(context);
  const { entry, blob } = found;
  checkRead(call, blob);
  guardProtection(context, found, 'change');
  const metadata = metadataOf(call);
  const snapshot = stampOf(account.ticker.next());
  const own = metadata.size > 0 ? { metadata, etag: etagOf(account.ticker.next()) } : {};
  entry.past.push({ ...blob, ...own, lease: new Lease(), snapshot, copy: undefined });
  branch(account, entry, blob);
  return {
    status: 201,
    headers: {
      ...writtenHeaders({ ...blob, ...own }),
      'x-ms-request-server-encrypted': 'false',
      'x-ms-snapshot': snapshot,
    },
  };
}

/** Set Blob Tier: changes neither etag nor time. */
export function setTier(context: Context): Answer {
  const found = current(context);
  const tier = context.call.headers.get('x-ms-access-tier');
  if (!['Hot', 'Cool', 'Cold', 'Archive'].includes(tier ?? ''))
    throw badHeader('x-ms-access-tier', tier);
  if (found.blob.type !== 'BlockBlob') throw new Fault('InvalidBlobType');
  found.blob.tier = tier;
  return { status: 200 };
}

/** Set Blob Legal Hold, where the container lets versions have policies. */
export function setLegalHold(context: Context): Answer {
  const { container, blob } = current(context);
  const hold = context.call.headers.get('x-ms-legal-hold');
  if (!container.versionLevelImmutability || (hold !== 'true' && hold !== 'false')) {
    throw badHeader('x-ms-legal-hold', hold);
  }
  blob.legalHold = hold === 'true';
  return { status: 200, headers: { 'x-ms-legal-hold': hold } };
}

/** Set Blob Immutability Policy. */
export function setImmutability(context: Context): Answer {
  const { container, blob } = current(context);
  const { call, now } = context;
  const until = Date.parse(call.headers.get('x-ms-immutability-policy-until-date') ?? '');
  const mode = (call.headers.get('x-ms-immutability-policy-mode') ?? 'unlocked').toLowerCase();
  if (!container.versionLevelImmutability || Number.isNaN(until) || until <= now) {
    throw badHeader(
      'x-ms-immutability-policy-until-date',
      call.headers.get('x-ms-immutability-policy-until-date'),
    );
  }
  if (mode !== 'unlocked' && mode !== 'locked')
    throw badHeader('x-ms-immutability-policy-mode', mode);
  if (blob.immutable?.mode === 'locked' && (mode !== 'locked' || until < blob.immutable.until)) {
    throw new Fault('BlobImmutableDueToPolicy');
  }
  blob.immutable = { until, mode };
  return {
    status: 200,
    headers: {
      'x-ms-immutability-policy-until-date': httpDate(until),
      'x-ms-immutability-policy-mode': mode,
    },
  };
}

/** Delete Blob Immutability Policy: a locked one stays. */
export function deleteImmutability(context: Context): Answer {
  const { blob } = current(context);
  if (blob.immutable?.mode === 'locked') throw new Fault('BlobImmutableDueToPolicy');
  blob.immutable = undefined;
  return { status: 200 };
}
