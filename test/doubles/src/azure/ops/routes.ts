import type { Need } from '../auth/authorize.ts';
import type { Account } from '../state/account.ts';
import type { Call } from '../wire/call.ts';
import { Fault, badQuery } from '../wire/fault.ts';
import { appendBlock } from './append.ts';
import { getBlockList, putBlock, putBlockList } from './blocks.ts';
import * as change from './change.ts';
import * as containers from './containers.ts';
import type { Run } from './context.ts';
import { abortCopy, copyBlob } from './copy.ts';
import { deleteBlob } from './delete.ts';
import { putBlobFromUrl, putBlockFromUrl } from './from-url.ts';
import { getBlob, getMetadata, getProperties } from './get.ts';
import { leaseBlob, leaseContainer } from './leases.ts';
import { listBlobs } from './list.ts';
import { putBlob } from './put.ts';
import * as service from './service.ts';
import { getTags, setTags } from './tags.ts';
import { undelete } from './undelete.ts';

/** One operation of the service. */
export interface Operation extends Need {
  readonly run: Run;
}

type Row = readonly [route: string, name: string, srt: Need['srt'], sp: string, run: Run];

// LEVEL METHOD comp: what it is called, and what a SAS needs for it.
const rows: readonly Row[] = [
  ['service GET list', 'List Containers', 's', 'l', service.listContainers],
  ['service GET properties', 'Get Blob Service Properties', 's', 'r', service.serviceProperties],
  ['service PUT properties', 'Set Blob Service Properties', 's', 'w', service.setServiceProperties],
  ['container PUT', 'Create Container', 'c', 'cw', containers.createContainer],
  ['container GET', 'Get Container Properties', 'c', 'r', containers.containerProperties],
  ['container HEAD', 'Get Container Properties', 'c', 'r', containers.containerProperties],
  ['container GET metadata', 'Get Container Metadata', 'c', 'r', containers.containerProperties],
  ['container HEAD metadata', 'Get Container Metadata', 'c', 'r', containers.containerProperties],
  ['container PUT metadata', 'Set Container Metadata', 'c', 'w', containers.setContainerMetadata],
  ['container PUT lease', 'Lease Container', 'c', 'wd', leaseContainer],
  ['container DELETE', 'Delete Container', 'c', 'd', containers.deleteContainer],
  ['container GET list', 'List Blobs', 'c', 'l', listBlobs],
  ['blob PUT', 'Put Blob', 'o', 'w', putBlob],
  ['blob PUT block', 'Put Block', 'o', 'w', putBlock],
  ['blob PUT blocklist', 'Put Block List', 'o', 'w', putBlockList],
  ['blob GET blocklist', 'Get Block List', 'o', 'r', getBlockList],
  ['blob PUT appendblock', 'Append Block', 'o', 'aw', appendBlock],
  ['blob GET', 'Get Blob', 'o', 'r', getBlob],
  ['blob HEAD', 'Get Blob Properties', 'o', 'r', getProperties],
  ['blob GET metadata', 'Get Blob Metadata', 'o', 'r', getMetadata],
  ['blob HEAD metadata', 'Get Blob Metadata', 'o', 'r', getMetadata],
  ['blob PUT metadata', 'Set Blob Metadata', 'o', 'w', change.setMetadata],
  ['blob PUT properties', 'Set Blob Properties', 'o', 'w', change.setProperties],
  ['blob PUT snapshot', 'Snapshot Blob', 'o', 'cw', change.snapshotBlob],
  ['blob PUT lease', 'Lease Blob', 'o', 'w', leaseBlob],
  ['blob PUT tier', 'Set Blob Tier', 'o', 'w', change.setTier],
  ['blob PUT tags', 'Set Blob Tags', 'o', 't', setTags],
  ['blob GET tags', 'Get Blob Tags', 'o', 't', getTags],
  ['blob PUT copy', 'Abort Copy Blob', 'o', 'w', abortCopy],
  ['blob PUT undelete', 'Undelete Blob', 'o', 'w', undelete],
  ['blob PUT immutabilitypolicies', 'Set Immutability Policy', 'o', 'i', change.setImmutability],
  [
    'blob DELETE immutabilitypolicies',
    'Delete Immutability Policy',
    'o',
    'i',
    change.deleteImmutability,
  ],
  ['blob PUT legalhold', 'Set Blob Legal Hold', 'o', 'i', change.setLegalHold],
  ['blob DELETE', 'Delete Blob', 'o', 'd', deleteBlob],
];

const routes = new Map(rows.map(([route, name, srt, sp, run]) => [route, { name, srt, sp, run }]));
const accountInfo = {
  name: 'Get Account Information',
  srt: 's',
  sp: '',
  run: service.accountInfo,
} as const;

/** Which operation a request asks for. @throws Fault when the service has none like that. */
export function route(account: Account, call: Call): Operation {
  const comp = call.query.get('comp')?.toLowerCase();
  const level = levelOf(call);
  if (call.query.get('restype') === 'account' && comp === 'properties') return accountInfo;
  const found = routes.get(`${level} ${call.method}${comp === undefined ? '' : ` ${comp}`}`);
  if (found === undefined) {
    const known = rows.some(([row]) => row.startsWith(level) && row.split(' ')[2] === comp);
    throw known ? new Fault('UnsupportedHttpVerb') : badQuery('comp', comp);
  }
  const special = refine(found, call);
  const accountOnly =
    level === 'service' || (level === 'container' && special.name !== 'List Blobs');
  return { ...special, accountOnly, sp: permissions(special, account, call) };
}

function levelOf(call: Call): 'service' | 'container' | 'blob' {
  if (call.blob !== undefined) return 'blob';
  if (call.container === undefined) return 'service';
  if (!['container', 'account'].includes(call.query.get('restype') ?? '')) {
    // Without a container in the path, the name would be that of a blob in the root container.
    throw new Fault('InvalidUri');
  }
  return 'container';
}

/** Some operations differ only by a header. */
function refine(operation: Operation, call: Call): Operation {
  if (!call.headers.has('x-ms-copy-source')) return operation;
  if (operation.name === 'Put Block') return { ...operation, run: putBlockFromUrl };
  if (operation.name !== 'Put Blob') return operation;
  if (call.headers.has('x-ms-blob-type')) return { ...operation, run: putBlobFromUrl };
  return { ...operation, name: 'Copy Blob', run: copyBlob };
}

/** What depends on the blob: a new one may be created without the right to write over others. */
function permissions({ name, sp }: Operation, account: Account, call: Call): string {
  if (name === 'Delete Blob' && call.query.has('versionid')) return 'x';
  if (name === 'Lease Blob' && call.headers.get('x-ms-lease-action') === 'break') return 'wd';
  if (!['Put Blob', 'Put Block', 'Put Block List', 'Copy Blob'].includes(name)) return sp;
  const entry = account.containers.get(call.container ?? '')?.entry(call.blob ?? '');
  return entry?.current === undefined ? 'cw' : 'w';
}
