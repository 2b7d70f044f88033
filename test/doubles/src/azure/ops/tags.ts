import type { Answer } from '../wire/answer.ts';
import type { Call } from '../wire/call.ts';
import { Fault, badHeader, badQuery } from '../wire/fault.ts';
import { element, parseXml } from '../wire/xml.ts';
import type { Context } from './context.ts';
import { named } from './context.ts';

type Tags = ReadonlyMap<string, string>;

/** Tags that a write brings in a header. */
export function tagsOf(call: Call, hns: boolean): Tags {
  const text = call.headers.get('x-ms-tags');
  if (text === undefined || text === '') return new Map();
  if (hns) {
    throw new Fault('FeatureNotYetSupportedForHierarchicalNamespaceAccounts', {
      detail: { FeatureName: 'BlobTags' },
    });
  }
  const tags = new Map<string, string>();
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=');
    if (equals <= 0) throw badHeader('x-ms-tags', text);
    tags.set(decodeURIComponent(pair.slice(0, equals)), decodeURIComponent(pair.slice(equals + 1)));
  }
  return checked(tags);
}

export function getTags(context: Context): Answer {
  const { blob } = withTags(context);
  return { status: 200, body: `<Tags>${tagSet(blob.tags)}</Tags>` };
}

export function setTags(context: Context): Answer {
  const { blob } = withTags(context);
  const root = parseXml(context.call.body.toString());
  if (root?.name !== 'Tags') throw new Fault('InvalidXmlDocument');
  const tags = new Map<string, string>();
  for (const set of root.children) {
    for (const { children } of set.children) {
      const text = (name: string): string =>
        children.find((child) => child.name === name)?.text ?? '';
      tags.set(text('Key'), text('Value'));
    }
  }
  blob.tags = checked(tags);
  return { status: 204 };
}

/** `<TagSet>` with all tags. */
export function tagSet(tags: Tags): string {
  const each = [...tags].map(
    ([key, value]) => `<Tag>${element('Key', key)}${element('Value', value)}</Tag>`,
  );
  return `<TagSet>${each.join('')}</TagSet>`;
}

function withTags(context: Context): ReturnType<typeof named> {
  const found = named(context);
  if (found.container.hns) throw badQuery('comp', 'tags');
  return found;
}

function checked(tags: Tags): Tags {
  const wellFormed = [...tags].every(
    ([key, value]) => key.length >= 1 && key.length <= 128 && value.length <= 256,
  );
  if (tags.size > 10 || !wellFormed) throw new Fault('InvalidInput');
  return tags;
}
