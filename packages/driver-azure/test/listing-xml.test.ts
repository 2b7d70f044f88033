import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AnonymousCredential, ContainerClient, newPipeline } from '@azure/storage-blob';
import type { ContainerListBlobHierarchySegmentResponse } from '@azure/storage-blob';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { scanListing } from '../dist/listing-xml.js';
import type { Listing } from '../dist/listing-xml.js';

/** Answers every request with this. */
let page = '';
const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/xml' }).end(page);
}).listen(0, '127.0.0.1');
await new Promise((resolve) => void server.once('listening', resolve));
afterAll(() => void server.close());
const { port } = server.address() as AddressInfo;
const sdk = new ContainerClient(
  `http://127.0.0.1:${port}/account/container`,
  newPipeline(new AnonymousCredential(), { retryOptions: { maxTries: 1 } }),
);

/** What the SDK reads in a page, in our words. */
async function readBySdk(xml: string): Promise<Listing> {
  page = xml;
  const pages = sdk.listBlobsByHierarchy('/').byPage()[Symbol.asyncIterator]();
  const { segment, continuationToken } = (await pages.next())
    .value as ContainerListBlobHierarchySegmentResponse;
  return {
    blobs: segment.blobItems.map(({ name, properties, versionId, isCurrentVersion, metadata }) => ({
      name,
      size: properties.contentLength ?? 0,
      modified: properties.lastModified?.getTime() ?? Number.NaN,
      etag: properties.etag,
      md5:
        properties.contentMD5 === undefined || properties.contentMD5.length === 0
          ? undefined
          : Buffer.from(properties.contentMD5).toString('base64'),
      version: versionId,
      isCurrent: isCurrentVersion ?? false,
      // The SDK does not know of it.
      type: undefined,
      folderMark: metadata?.['hdi_isfolder'],
    })),
    prefixes: (segment.blobPrefixes ?? []).map(({ name }) => name),
    next: continuationToken === '' ? undefined : continuationToken,
  };
}

interface Blob {
  readonly name: string;
  readonly encoded: boolean;
  readonly size: number;
  readonly seconds: number;
  readonly etag: string;
  readonly md5: Uint8Array | undefined;
  readonly version: string | undefined;
  readonly current: boolean;
  readonly metadata: readonly (readonly [string, string])[];
  readonly pretty: boolean;
}

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (found) => `&#x${found.charCodeAt(0).toString(16)};`);

const named = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function nameXml(name: string, encoded: boolean): string {
  return encoded
    ? `<Name Encoded="true">${encodeURIComponent(name)}</Name>`
    : `<Name>${named(name)}</Name>`;
}

function blobXml(blob: Blob): string {
  const gap = blob.pretty ? '\n      ' : '';
  const { version, metadata } = blob;
  return [
    '<Blob>',
    nameXml(blob.name, blob.encoded),
    ...(version === undefined ? [] : [`<VersionId>${version}</VersionId>`]),
    ...(version !== undefined && blob.current ? ['<IsCurrentVersion>true</IsCurrentVersion>'] : []),
    '<Properties><Creation-Time>Mon, 01 Jan 2024 00:00:00 GMT</Creation-Time>',
    `<Last-Modified>${new Date(blob.seconds * 1000).toUTCString()}</Last-Modified>`,
    `<Etag>${blob.etag}</Etag>`,
    `<Content-Length>${blob.size}</Content-Length><Content-Type>application/octet-stream</Content-Type>`,
    '<Content-Encoding /><Content-CRC64 />',
    blob.md5 === undefined
      ? '<Content-MD5 />'
      : `<Content-MD5>${Buffer.from(blob.md5).toString('base64')}</Content-MD5>`,
    '<BlobType>BlockBlob</BlobType><LeaseStatus>unlocked</LeaseStatus></Properties>',
    metadata.length === 0
      ? '<Metadata />'
      : `<Metadata>${metadata.map(([name, value]) => `<${name}>${escape(value)}</${name}>`).join('')}</Metadata>`,
    '<OrMetadata />',
    '</Blob>',
  ].join(gap);
}

function pageXml(blobs: readonly Blob[], prefixes: readonly string[], marker: string): string {
  const entries = [
    ...blobs.map(blobXml),
    ...prefixes.map((name) => `<BlobPrefix>${nameXml(name, false)}</BlobPrefix>`),
  ];
  return [
    '\uFEFF<?xml version="1.0" encoding="utf-8"?>',
    '<EnumerationResults ServiceEndpoint="https://x.blob.core.windows.net/" ContainerName="c">',
    '<Prefix>&lt;Blobs&gt;</Prefix><MaxResults>5000</MaxResults><Delimiter>/</Delimiter>',
    entries.length === 0 ? '<Blobs />' : `<Blobs>${entries.join('')}</Blobs>`,
    marker === '' ? '<NextMarker />' : `<NextMarker>${named(marker)}</NextMarker>`,
    '</EnumerationResults>',
  ].join('');
}

/** Text that XML can have, without spaces around it, which the SDK's parser takes away. */
const text = (most: number): fc.Arbitrary<string> =>
  fc
    .string({
      unit: fc.oneof(
        fc.constantFrom(...'&<>"\'%;#/ab'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
      minLength: 1,
      maxLength: most,
    })
    // eslint-disable-next-line no-control-regex -- what XML can't have
    .map((some) => some.replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/g, 'x').trim())
    .filter((some) => some !== '' && some.isWellFormed());

/** Names of metadata that are names of elements, too. */
const metadataName = fc.constantFrom(
  'hdi_isfolder',
  'Etag',
  'Name',
  'Properties',
  'NextMarker',
  'Blob',
  'k',
);

const blob: fc.Arbitrary<Blob> = fc.record({
  name: text(40),
  encoded: fc.boolean(),
  size: fc.nat(),
  seconds: fc.integer({ min: 1_000_000_000, max: 2_000_000_000 }),
  etag: fc.bigInt({ min: 0n, max: 2n ** 60n }).map((n) => `0x${n.toString(16).toUpperCase()}`),
  md5: fc.option(fc.uint8Array({ minLength: 16, maxLength: 16 }), { nil: undefined }),
  version: fc.option(fc.constant('2026-01-01T00:00:00.0000001Z'), { nil: undefined }),
  current: fc.boolean(),
  metadata: fc.uniqueArray(fc.tuple(metadataName, text(10)), { selector: ([name]) => name }),
  pretty: fc.boolean(),
});

const listing = fc.tuple(
  fc.array(blob, { maxLength: 6 }),
  fc.array(text(20), { maxLength: 3 }),
  fc.oneof(fc.constant(''), text(20)),
);

describe('the scanner of listings', () => {
  it('reads what the parser of the SDK reads', async () => {
    await fc.assert(
      fc.asyncProperty(listing, async ([blobs, prefixes, marker]) => {
        const xml = pageXml(blobs, prefixes, marker);
        expect(scanListing(xml)).toEqual(await readBySdk(xml));
      }),
      { numRuns: 300 },
    );
  });

  it('takes no page that was cut off for a whole one', () => {
    fc.assert(
      fc.property(
        listing,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (of, at) => {
          const xml = pageXml(...of);
          expect(scanListing(xml.slice(0, Math.floor(xml.length * at)))).toBeUndefined();
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes nothing else for a page', () => {
    for (const other of [
      '',
      '<html><body>Welcome to the hotel</body></html>',
      '<?xml version="1.0"?><Error><Code>ServerBusy</Code></Error>',
      '<EnumerationResults><Blobs></Blobs></EnumerationResults>',
      '<EnumerationResults><NextMarker /></EnumerationResults>',
      '<EnumerationResults><Blobs><Blob><Properties></Properties></Blob></Blobs><NextMarker /></EnumerationResults>',
      '<EnumerationResults><Blobs><Other /></Blobs><NextMarker /></EnumerationResults>',
      '<EnumerationResults><Blobs><Blob><Name Encoded="true">%zz</Name><Properties></Properties></Blob></Blobs><NextMarker /></EnumerationResults>',
    ]) {
      expect(scanListing(other)).toBeUndefined();
    }
  });

  it('sees directories, which the SDK does not know of', () => {
    const entry = (name: string, type: string): string =>
      `<Blob><Name>${name}</Name><Properties><Etag>0x1</Etag><ResourceType>${type}</ResourceType><Content-Length>0</Content-Length></Properties></Blob>`;
    const found = scanListing(
      `<EnumerationResults><Blobs>${entry('d', 'directory')}${entry('d/f', 'file')}<BlobPrefix><Name>p/</Name><Properties><ResourceType>directory</ResourceType></Properties></BlobPrefix></Blobs><NextMarker/></EnumerationResults>`,
    );
    expect(found?.blobs.map(({ name, type }) => [name, type])).toEqual([
      ['d', 'directory'],
      ['d/f', 'file'],
    ]);
    expect(found?.prefixes).toEqual(['p/']);
  });
});
