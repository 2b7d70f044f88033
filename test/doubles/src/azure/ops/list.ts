import type { Container } from '../state/container.ts';
import type { Answer } from '../wire/answer.ts';
import { Fault } from '../wire/fault.ts';
import { element, escapeXml } from '../wire/xml.ts';
import { containerOf } from './context.ts';
import type { Context } from './context.ts';
import { items } from './list-items.ts';
import { listQuery, writeMarker } from './list-query.ts';
import type { ListQuery, Place } from './list-query.ts';
import { itemXml, nameXml } from './list-xml.ts';

/** List Blobs, flat or by a delimiter. */
export function listBlobs(context: Context): Answer {
  const container = containerOf(context);
  const { account, call, now } = context;
  const query = listQuery(call, container.hns);
  if (container.hns) checkPrefix(container, query.prefix);
  const describe = { query, hns: container.hns, now };
  const limit = account.sparsePages ? sparse(query) : query.max;
  const parts: string[] = [];
  let next: Place | undefined;
  for (const item of items(container, query, now)) {
    if (parts.length === limit) {
      next = limit > 0 && account.sparsePages ? { ...item.place, stamp: emptyPage } : item.place;
      break;
    }
    parts.push(itemXml(item, describe));
  }
  const body = [
    `<EnumerationResults ServiceEndpoint="${escapeXml(account.endpoint)}/" ContainerName="${escapeXml(container.name)}">`,
    echo(context, query),
    parts.length === 0 ? '<Blobs />' : `<Blobs>${parts.join('')}</Blobs>`,
    element('NextMarker', next === undefined ? '' : writeMarker(next)),
    '</EnumerationResults>',
  ];
  return { status: 200, body: body.join('') };
}

/** A path that leads through a file is an error in a hierarchical namespace; with which code is not documented. */
function checkPrefix(container: Container, prefix: string): void {
  for (let slash = prefix.indexOf('/'); slash >= 0; slash = prefix.indexOf('/', slash + 1)) {
    const parent = container.entry(prefix.slice(0, slash))?.current;
    if (parent !== undefined && !parent.directory) throw new Fault('PathConflict');
  }
}

/** What the service repeats of the request: only what was asked. */
function echo({ call }: Context, query: ListQuery): string {
  const marker = call.query.get('marker');
  const max = call.query.get('maxresults');
  return [
    query.prefix === '' ? '' : nameXml(query.prefix, 'Prefix'),
    marker === undefined || marker === '' ? '' : element('Marker', marker),
    max === undefined || max === '' ? '' : element('MaxResults', max),
    query.delimiter === undefined ? '' : element('Delimiter', query.delimiter),
  ].join('');
}

/**
 * Short pages, and an empty one after each, as where the service's partitions end. Their markers name the same
 * place in two ways, so that each is new.
 */
function sparse({ marker, max }: ListQuery): number {
  return marker?.stamp === emptyPage ? 0 : Math.ceil(max / 2);
}

const emptyPage = '0001-01-01T00:00:00.0000000Z';
