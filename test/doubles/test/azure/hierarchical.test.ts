import { describe, expect, it } from 'vitest';
import { sendBatch } from './batch.ts';
import { bench } from './support.ts';
import { element, outcome } from './wire.ts';

describe('a hierarchical namespace', () => {
  it('makes directories for the parents of a blob, which stay when they are empty', async () => {
    await using desk = await bench({ hns: true });
    const { wire, list } = desk;
    const container = await wire.container();
    await wire.written(container, 'a/b/c', 'x');
    expect(await list(container)).toBe('a a/b a/b/c');
    expect(await list(container, { showonly: 'files' })).toBe('a/b/c');
    expect(await list(container, { showonly: 'directories' })).toBe('a a/b');
    expect(outcome(await wire.blob('DELETE', container, 'a/b/c'))).toBe('202');
    expect(await list(container)).toBe('a a/b');
  });

  it('lists directories as entries of no bytes, with their kind and a mark', async () => {
    await using desk = await bench({ hns: true });
    const { wire } = desk;
    const container = await wire.container();
    await wire.written(container, 'a/b', 'x');
    const { text } = (await wire.list(container, { include: 'metadata' })).answer;
    const [directory = '', file = ''] = text.match(/<Blob>.*?<\/Blob>/gu) ?? [];
    expect(
      ['Name', 'ResourceType', 'Content-Length', 'Content-MD5', 'hdi_isfolder'].map((name) =>
        element(directory, name),
      ),
    ).toStrictEqual(['a', 'directory', '0', '', 'true']);
    expect(element(file, 'ResourceType')).toBe('file');
    const head = await wire.blob('HEAD', container, 'a');
    expect(
      ['x-ms-resource-type', 'x-ms-meta-hdi_isfolder'].map((name) => head.headers.get(name)),
    ).toStrictEqual(['directory', 'true']);
  });

  it('walks directory by directory: a slash comes before all other characters', async () => {
    await using desk = await bench({ hns: true });
    const { double, list } = desk;
    const box = double.container('box');
    for (const name of ['a-b', 'a/c', 'a', 'a0/x'].slice(0, 2).concat('a0/x')) box.put(name, 'x');
    box.directory('empty');
    expect(await list('box')).toBe('a a/c a-b a0 a0/x empty');
    expect(await list('box', { delimiter: '/' })).toBe('a/ a-b a0/ empty/');
    expect(box.names()).toStrictEqual(['a', 'a/c', 'a-b', 'a0', 'a0/x', 'empty']);
  });

  it('pages through directories, empty ones too', async () => {
    await using desk = await bench({ hns: true });
    const { double, wire } = desk;
    const box = double.container('box');
    box.put('a/x', 'x');
    for (const name of ['b', 'c', 'd']) box.directory(name);
    const found: string[] = [];
    let marker = '';
    do {
      const page = await wire.list('box', {
        delimiter: '/',
        maxresults: '1',
        ...(marker && { marker }),
      });
      found.push(...page.names);
      marker = page.next;
    } while (marker !== '');
    expect(found).toStrictEqual(['a/', 'b/', 'c/', 'd/']);
  });

  it('gives prefixes the properties of their directories', async () => {
    await using desk = await bench({ hns: true });
    const { double, wire } = desk;
    double.container('box').put('a/x', 'x');
    const { text } = (await wire.list('box', { delimiter: '/' })).answer;
    const prefix = /<BlobPrefix>.*<\/BlobPrefix>/u.exec(text)?.[0] ?? '';
    expect([element(prefix, 'Name'), element(prefix, 'ResourceType')]).toStrictEqual([
      'a/',
      'directory',
    ]);
  });

  it('deletes directories only when they are empty, alone and in batches', async () => {
    await using desk = await bench({ hns: true });
    const { wire, double, list } = desk;
    const box = double.container('box');
    box.put('a/b', 'x');
    box.directory('c');
    expect(outcome(await wire.blob('DELETE', 'box', 'a'))).toBe('409 DirectoryIsNotEmpty');
    const { parts } = await sendBatch(wire, [
      { container: 'box', name: 'a' },
      { container: 'box', name: 'c' },
    ]);
    expect(parts.map(({ status, code }) => [status, code])).toStrictEqual([
      [409, 'DirectoryIsNotEmpty'],
      [202, undefined],
    ]);
    expect(await list('box')).toBe('a a/b');
    expect(outcome(await wire.blob('DELETE', 'box', 'a/'))).toBe('400 InvalidUri');
  });

  it('has no file below a file, and no file in place of a directory', async () => {
    await using desk = await bench({ hns: true });
    const { wire, double } = desk;
    double.container('box').put('a/b', 'x');
    expect(outcome(await wire.put('box', 'a/b/c', 'x'))).toBe('409 PathConflict');
    expect(outcome(await wire.put('box', 'a', 'x'))).toBe('409 ResourceTypeMismatch');
    expect(outcome((await wire.list('box', { prefix: 'a/b/c' })).answer)).toBe('409 PathConflict');
  });

  it('drops empty segments, and makes a directory of a name with a slash at its end', async () => {
    await using desk = await bench({ hns: true });
    const { wire, list } = desk;
    const container = await wire.container();
    await wire.written(container, 'a//b', 'x');
    await wire.written(container, 'dir/', '');
    await wire.written(container, 'marked', '', { 'x-ms-meta-hdi_isfolder': 'true' });
    expect(await list(container, { showonly: 'directories' })).toBe('a dir marked');
    expect((await wire.blob('GET', container, 'a//b')).text).toBe('x');
  });

  it('has no snapshots, no tags, no other delimiters', async () => {
    await using desk = await bench({ hns: true });
    const { wire, double } = desk;
    double.container('box').put('a', 'x');
    const change = async (comp: string): Promise<string> =>
      outcome(await wire.blob('PUT', 'box', 'a', { query: { comp } }));
    expect(await change('snapshot')).toBe(
      '409 FeatureNotYetSupportedForHierarchicalNamespaceAccounts',
    );
    expect(await change('tags')).toBe('400 InvalidQueryParameterValue');
    expect(outcome((await wire.list('box', { delimiter: '-' })).answer)).toBe(
      '400 InvalidQueryParameterValue',
    );
    const info = await wire.send('GET', '/', { query: { restype: 'account', comp: 'properties' } });
    expect(info.headers.get('x-ms-is-hns-enabled')).toBe('true');
  });

  it('keeps each deletion of a name apart, and undeletes it by its id', async () => {
    await using desk = await bench({ hns: true, softDeleteDays: 7 });
    const { wire, double, list, pass } = desk;
    const box = double.container('box');
    for (const text of ['one', 'two']) {
      box.put('a/b', text);
      await wire.blob('DELETE', 'box', 'a/b');
      pass(1000);
    }
    expect(await list('box')).toBe('a');
    expect(await list('box', { showonly: 'deleted' })).toBe('a/b! a/b!');
    expect(outcome((await wire.list('box', { include: 'deleted' })).answer)).toBe(
      '400 InvalidQueryParameterValue',
    );
    const { text } = (await wire.list('box', { showonly: 'deleted' })).answer;
    const id = element(text, 'DeletionId');
    const undelete = await wire.blob('PUT', 'box', 'a/b', {
      query: { comp: 'undelete' },
      headers: { 'x-ms-undelete-source': `a/b?deletionid=${id}` },
    });
    expect(outcome(undelete)).toBe('200');
    expect((await wire.blob('GET', 'box', 'a/b')).text).toBe('one');
    // Directories can't go by this protocol while deletes are soft.
    expect(outcome(await wire.blob('DELETE', 'box', 'a'))).toBe(
      '400 OperationNotSupportedOnDirectory',
    );
  });
});
