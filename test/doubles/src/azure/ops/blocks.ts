import type { Answer } from '../wire/answer.ts';
import type { Block } from '../state/blob.ts';
import { newBlob } from '../state/new-blob.ts';
import { keepDeletedBase, replace } from '../state/history.ts';
import { checkReadLease, checkWriteLease } from '../state/lease.ts';
import { Fault, badHeader, badQuery } from '../wire/fault.ts';
import { element, parseXml } from '../wire/xml.ts';
import { writtenHeaders } from './blob-headers.ts';
import { checkBody, checksumHeaders, contentHeaders, metadataOf } from './content.ts';
import { blobName, containerOf, entryOf, httpDate, named } from './context.ts';
import type { Context } from './context.ts';
import { guardProtection, target } from './guard.ts';
import { tagsOf } from './tags.ts';

const largestBlock = 4000 * 1024 * 1024;
const mostBlocks = 50_000;
const mostStaged = 100_000;

/** Put Block. */
export function putBlock(context: Context): Answer {
  const { call } = context;
  if (call.body.length === 0) throw badHeader('Content-Length', '0');
  const sums = checkBody(call);
  stage(context, call.body);
  return {
    status: 201,
    headers: { ...checksumHeaders(call, sums), 'x-ms-request-server-encrypted': 'true' },
  };
}

/** Keeps a block until a list names it. */
export function stage(context: Context, bytes: Buffer): void {
  const { account, call, now } = context;
  const id = call.query.get('blockid');
  if (id === undefined) throw new Fault('MissingRequiredQueryParameter');
  if (!isBase64(id) || Buffer.from(id, 'base64').length > 64) throw new Fault('InvalidBlockId');
  if (bytes.length > largestBlock) throw new Fault('RequestBodyTooLarge');
  const container = containerOf(context);
  const before = entryOf(context, container)?.current;
  if (before !== undefined) {
    checkWriteLease(before.lease, call.headers.get('x-ms-lease-id'), now);
    guardProtection(context, { container, blob: before }, 'overwrite');
    if (before.type !== 'BlockBlob' || before.directory) throw new Fault('InvalidBlobType');
  }
  const entry = container.obtain(blobName(context));
  const known = [...entry.staged.keys(), ...(before?.blocks ?? []).map((block) => block.id)];
  if (known[0] !== undefined && known[0].length !== id.length)
    throw new Fault('InvalidBlobOrBlock');
  if (entry.staged.size >= mostStaged) throw new Fault('BlockCountExceedsLimit');
  // The name is taken again: what was deleted under it becomes a snapshot.
  if (before === undefined && !container.hns) keepDeletedBase(account, entry, 'BlockBlob');
  entry.staged.set(id, { id, bytes });
}

/** Put Block List: makes the blob of blocks that were staged or are in it already. */
export function putBlockList(context: Context): Answer {
  const { account, call } = context;
  const { container, name, before } = target(context);
  if (before !== undefined && before.type !== 'BlockBlob') throw new Fault('InvalidBlobType');
  const sums = checkBody(call);
  const staged = container.entry(name)?.staged ?? new Map<string, Block>();
  const committed = new Map((before?.blocks ?? []).map((block) => [block.id, block]));
  const blocks = readList(call.body).map(({ from, id }) => {
    const block =
      from === 'Latest'
        ? (staged.get(id) ?? committed.get(id))
        : (from === 'Committed' ? committed : staged).get(id);
    if (block === undefined) throw new Fault('InvalidBlockList');
    return block;
  });
  const blob = newBlob(account, 'BlockBlob', Buffer.concat(blocks.map((block) => block.bytes)), {
    headers: contentHeaders(call, false),
    metadata: metadataOf(call),
    tags: tagsOf(call, container.hns),
    tier: call.headers.get('x-ms-access-tier'),
    blocks,
    ...(before === undefined ? {} : { created: before.created, lease: before.lease }),
  });
  replace(account, container, container.obtain(name), blob);
  return { status: 201, headers: { ...checksumHeaders(call, sums), ...writtenHeaders(blob) } };
}

export function getBlockList(context: Context): Answer {
  const { call, now } = context;
  const which = call.query.get('blocklisttype') ?? 'committed';
  if (!['committed', 'uncommitted', 'all'].includes(which)) throw badQuery('blocklisttype', which);
  const entry = entryOf(context);
  const uncommittedOnly =
    entry !== undefined && entry.current === undefined && entry.staged.size > 0;
  const blob = uncommittedOnly ? undefined : named(context).blob;
  if (blob !== undefined) {
    if (blob.type !== 'BlockBlob') throw new Fault('InvalidBlobType');
    checkReadLease(blob.lease, call.headers.get('x-ms-lease-id'), now);
  }
  const staged = [...(entry?.staged.values() ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1));
  const body = [
    '<BlockList>',
    which === 'uncommitted' ? '' : section('CommittedBlocks', blob?.blocks ?? []),
    which === 'committed' ? '' : section('UncommittedBlocks', staged),
    '</BlockList>',
  ];
  const described =
    blob === undefined || blob.blocks.length === 0
      ? {}
      : {
          'Last-Modified': httpDate(blob.modified),
          ETag: blob.etag,
          'x-ms-blob-content-length': blob.content.length,
        };
  return { status: 200, headers: described, body: body.join('') };
}

function section(name: string, blocks: readonly Block[]): string {
  if (blocks.length === 0) return `<${name} />`;
  const each = blocks.map(
    ({ id, bytes }) => `<Block>${element('Name', id)}${element('Size', bytes.length)}</Block>`,
  );
  return `<${name}>${each.join('')}</${name}>`;
}

function readList(body: Buffer): { from: string; id: string }[] {
  const root = parseXml(body.toString());
  if (root?.name !== 'BlockList') throw new Fault('InvalidXmlDocument');
  if (root.children.length > mostBlocks) throw new Fault('BlockListTooLong');
  return root.children.map(({ name, text }) => {
    if (!['Latest', 'Committed', 'Uncommitted'].includes(name))
      throw new Fault('InvalidXmlDocument');
    return { from: name, id: text.trim() };
  });
}

function isBase64(text: string): boolean {
  return text !== '' && Buffer.from(text, 'base64').toString('base64') === text;
}
