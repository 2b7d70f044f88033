import type { Answer } from '../wire/answer.ts';
import { Fault, badQuery } from '../wire/fault.ts';
import { element, escapeXml, parseXml } from '../wire/xml.ts';
import type { XmlNode } from '../wire/xml.ts';
import { httpDate } from './context.ts';
import type { Context } from './context.ts';

/** Get Account Information. */
export function accountInfo({ account }: Context): Answer {
  return {
    status: 200,
    headers: {
      'Content-Length': 0,
      'x-ms-sku-name': 'Standard_LRS',
      'x-ms-account-kind': 'StorageV2',
      'x-ms-is-hns-enabled': String(account.hns),
    },
  };
}

/** Get Blob Service Properties. Versioning does not show here: only the management plane tells of it. */
export function serviceProperties({ account }: Context): Answer {
  const off = '<RetentionPolicy><Enabled>false</Enabled></RetentionPolicy>';
  const metrics = (name: string): string =>
    `<${name}><Version>1.0</Version><Enabled>false</Enabled>${off}</${name}>`;
  const days = account.softDeleteDays;
  const body = [
    '<StorageServiceProperties>',
    `<Logging><Version>1.0</Version><Read>false</Read><Write>false</Write><Delete>false</Delete>${off}</Logging>`,
    metrics('HourMetrics'),
    metrics('MinuteMetrics'),
    '<Cors />',
    '<DeleteRetentionPolicy>',
    element('Enabled', days > 0),
    days > 0 ? element('Days', days) : '',
    '<AllowPermanentDelete>false</AllowPermanentDelete>',
    '</DeleteRetentionPolicy>',
    '<StaticWebsite><Enabled>false</Enabled></StaticWebsite>',
    '</StorageServiceProperties>',
  ];
  return { status: 200, body: body.join('') };
}

/** Set Blob Service Properties: of these, the double has soft delete. */
export function setServiceProperties({ account, call }: Context): Answer {
  const root = parseXml(call.body.toString());
  if (root?.name !== 'StorageServiceProperties') throw new Fault('InvalidXmlDocument');
  const policy = child(root, 'DeleteRetentionPolicy');
  if (policy !== undefined) {
    const enabled = child(policy, 'Enabled')?.text === 'true';
    const days = Number(child(policy, 'Days')?.text ?? '0');
    if (enabled && !(Number.isInteger(days) && days >= 1 && days <= 365)) {
      throw new Fault('InvalidXmlNodeValue');
    }
    account.softDeleteDays = enabled ? days : 0;
  }
  return { status: 202 };
}

/** List Containers. Its etags have quotes, unlike those of List Blobs. */
export function listContainers({ account, call }: Context): Answer {
  const prefix = call.query.get('prefix') ?? '';
  const marker = (call.query.get('marker') ?? '').replace(`/${account.name}/`, '');
  const max = Number(call.query.get('maxresults') ?? 5000);
  if (!Number.isInteger(max)) throw badQuery('maxresults', call.query.get('maxresults'));
  if (max <= 0) throw new Fault('OutOfRangeQueryParameterValue');
  const withMetadata = (call.query.get('include') ?? '').split(',').includes('metadata');
  const parts: string[] = [];
  let next = '';
  for (const [name, container] of account.containers.from(marker > prefix ? marker : prefix)) {
    if (!name.startsWith(prefix)) break;
    if (parts.length === Math.min(max, 5000)) {
      next = `/${account.name}/${name}`;
      break;
    }
    const metadata = [...container.metadata].map(([key, value]) => element(key, value)).join('');
    parts.push(
      [
        '<Container>',
        element('Name', name),
        '<Properties>',
        element('Last-Modified', httpDate(container.modified)),
        element('Etag', container.etag),
        '<LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState>',
        '<DefaultEncryptionScope>$account-encryption-key</DefaultEncryptionScope>',
        '<DenyEncryptionScopeOverride>false</DenyEncryptionScopeOverride>',
        element('HasImmutabilityPolicy', container.immutableDays !== undefined),
        element('HasLegalHold', container.legalHold),
        element('ImmutableStorageWithVersioningEnabled', container.versionLevelImmutability),
        '</Properties>',
        withMetadata ? `<Metadata>${metadata}</Metadata>` : '',
        '</Container>',
      ].join(''),
    );
  }
  const body = [
    `<EnumerationResults ServiceEndpoint="${escapeXml(account.endpoint)}/">`,
    prefix === '' ? '' : element('Prefix', prefix),
    marker === '' ? '' : element('Marker', marker),
    call.query.has('maxresults') ? element('MaxResults', max) : '',
    `<Containers>${parts.join('')}</Containers>`,
    element('NextMarker', next),
    '</EnumerationResults>',
  ];
  return { status: 200, body: body.join('') };
}

function child(node: XmlNode, name: string): XmlNode | undefined {
  return node.children.find((each) => each.name === name);
}
