import { connect } from 'node:net';
import { startS3Double } from '@dunnage/doubles/s3';
import type { S3Double } from '@dunnage/doubles/s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteDocument, fates } from './s3/probes/deleting.ts';
import { outcome, outcomes } from './s3/reading.ts';
import { md5Of, Wire } from './s3/wire.ts';
import type { Answer } from './s3/wire.ts';

describe('odd requests', () => {
  let double: S3Double;
  let wire: Wire;
  beforeAll(async () => {
    double = await startS3Double();
    const { url, region, credentials } = double;
    wire = new Wire({ url, region, ...credentials });
  });
  afterAll(() => double.close());

  it('buckets are made in the region of the endpoint, or by the one that makes them all', async () => {
    await using abroad = await startS3Double({ region: 'eu-west-1' });
    const there = new Wire({ url: abroad.url, region: 'eu-west-1', ...abroad.credentials });
    const create = (from: Wire, name: string, constraint?: string): Promise<Answer> =>
      from.send('PUT', `/${name}`, {
        body:
          constraint === undefined
            ? ''
            : `<CreateBucketConfiguration><LocationConstraint>${constraint}</LocationConstraint></CreateBucketConfiguration>`,
      });
    expect(
      await outcomes({
        plain: () => create(wire, 'plain'),
        again: () => create(wire, 'plain'),
        other: () => create(wire, 'other', 'eu-west-1'),
        nowhere: () => create(wire, 'nowhere', 'Atlantis'),
        itself: () => create(wire, 'itself', 'us-east-1'),
        abroad: () => create(there, 'abroad', 'eu-west-1'),
        abroadAgain: () => create(there, 'abroad', 'eu-west-1'),
        unspecified: () => create(there, 'unspecified'),
        elsewhere: () => create(there, 'elsewhere', 'us-west-2'),
      }),
    ).toEqual({
      plain: '200',
      again: '200',
      other: '200',
      nowhere: '400 InvalidLocationConstraint',
      itself: '400 InvalidLocationConstraint',
      abroad: '200',
      abroadAgain: '409 BucketAlreadyOwnedByYou',
      unspecified: '400 IllegalLocationConstraintException',
      elsewhere: '400 IllegalLocationConstraintException',
    });
    expect(outcome(await wire.list('other', {}))).toBe('301 PermanentRedirect');
  });

  it('operations that there are none of', async () => {
    const { name } = double.container('operations');
    expect(
      await outcomes({
        service: () => wire.send('POST', '/'),
        bucket: () => wire.send('POST', `/${name}`),
        acl: () => wire.list(name, {}, { acl: '' }),
        listType: () => wire.list(name, {}, { 'list-type': '3' }),
        otherRegion: () =>
          wire
            .list(`${name}-no`, {})
            .then(() =>
              wire.send('GET', '/', { signer: { ...wire.endpoint, region: 'us-west-2' } }),
            ),
        otherService: () =>
          wire.send('GET', `/${name}`, { signer: { ...wire.endpoint, service: 's3express' } }),
      }),
    ).toEqual({
      service: '405 MethodNotAllowed',
      bucket: '405 MethodNotAllowed',
      acl: '405 MethodNotAllowed',
      listType: '400 InvalidArgument',
      otherRegion: '400 AuthorizationHeaderMalformed',
      otherService: '400 AuthorizationHeaderMalformed',
    });
  });

  it('documents of all kinds', async () => {
    const bucket = double.container('documents');
    const ask = async (body: string, keys: readonly string[] = []): Promise<readonly string[]> => {
      for (const key of keys) bucket.put(key, key);
      return fates(await wire.deleteMany(bucket.name, body, md5Of(body)));
    };
    const plain = deleteDocument(['<Key>a</Key>']);
    expect(await ask(`\ufeff<?xml version="1.0"?>\n<!-- c -->${plain}<!-- d -->\n`)).toEqual(['a']);
    expect(await ask(deleteDocument(['<Key><![CDATA[<&>]]></Key>']))).toEqual(['<&>']);
    expect(await ask(deleteDocument(['<Key>&#x1F600;&#97;&amp;</Key>']))).toEqual(['\u{1f600}a&']);
    expect(await ask(deleteDocument(["<Key a='1'>a</Key><ETag/>"]))).toEqual(['a: NoSuchKey']);
    expect(
      await ask('<s:Delete xmlns:s="u"><s:Object><s:Key>a</s:Key></s:Object></s:Delete>'),
    ).toEqual(['a']);
    for (const broken of [
      '<Key>&unknown;</Key>',
      '<Key>&amp</Key>',
      '<Key>&#xD800;</Key>',
      '<Key>a</Kex>',
      '<Key>a</Key><Key>b</Key>',
      '<Key a=1>a</Key>',
      '<Key>a',
    ]) {
      expect(await ask(deleteDocument([broken]))).toEqual(['400 MalformedXML']);
    }
    expect(await ask(`<!DOCTYPE Delete [<!ENTITY a "b">]>${plain}`)).toEqual(['400 MalformedXML']);
    expect(await ask(`${plain}x`)).toEqual(['400 MalformedXML']);
  });

  it('bodies without a length', async () => {
    double.container('lengths');
    const { hostname, port } = new URL(double.url);
    const raw = async (lines: readonly string[]): Promise<string> => {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.end([...lines, 'connection: close', '', ''].join('\r\n'));
      let text = '';
      for await (const chunk of socket) text += String(chunk);
      return text.slice(0, text.indexOf('\r\n'));
    };
    // Not signed, which is looked at first.
    expect(await raw(['PUT /lengths/k HTTP/1.1', `host: ${hostname}:${port}`])).toBe(
      'HTTP/1.1 403 Forbidden',
    );
    const chunked = await wire.send('PUT', '/lengths/k', { unsized: true, body: 'x' });
    expect(outcome(chunked)).toBe('501 NotImplemented');
    const unframed = { payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', body: '0\r\n\r\n' };
    expect(outcome(await wire.send('PUT', '/lengths/k', unframed))).toBe(
      '411 MissingContentLength',
    );
  });
});
