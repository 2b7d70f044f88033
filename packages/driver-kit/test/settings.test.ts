import { configInvalid, parseStorageUrl, registrySettings } from '@dunnage/driver-kit';
import { describe, expect, test } from 'vitest';
import { failure } from './support.ts';

const rules = {
  driver: 's3',
  scheme: 's3',
  example: 's3://bucket/root?region=eu-central-1',
  secretsBelong: 'use AWS_ACCESS_KEY_ID',
  secrets: ['secretkey'],
};

function registry(parameters: Record<string, unknown>) {
  return registrySettings('s3', { from: 'registry-config', name: 's3', parameters });
}

describe('values of the registry', () => {
  test('are read as YAML and environment variables spell them', () => {
    const settings = registry({
      a: 'x',
      b: 5,
      c: 'True',
      d: '',
      e: null,
      f: '42',
      g: 0,
      h: { i: 'no' },
    });
    expect(settings.text('a')).toBe('x');
    expect(settings.text('b')).toBe('5');
    expect(settings.flag('c')).toBe(true);
    expect([
      settings.text('d'),
      settings.flag('d'),
      settings.count('d'),
      settings.text('e'),
    ]).toEqual([undefined, undefined, undefined, undefined]);
    expect(settings.count('f')).toBe(42);
    expect(settings.flag('g')).toBe(false);
    expect(settings.section('h')?.flag('i')).toBe(false);
    expect(settings.section('j')).toBeUndefined();
    expect(settings.unknown()).toEqual([]);
  });

  test.each<[Record<string, unknown>, (settings: ReturnType<typeof registry>) => unknown, RegExp]>([
    [{ a: 'maybe' }, (it) => it.flag('a'), /storage\.s3\.a .* true or false/],
    [{ a: {} }, (it) => it.flag('a'), /true or false/],
    [{ a: {} }, (it) => it.text('a'), /must be text/],
    [{ a: '1.5' }, (it) => it.count('a'), /whole number from 0/],
    [{ a: 9 }, (it) => it.count('a', 1, 8), /from 1 to 8/],
    [{ a: 'z' }, (it) => it.oneOf('a', ['x', 'y']), /one of x, y/],
    [{ a: 'x' }, (it) => it.section('a'), /values of its own/],
    [{ h: { i: 'maybe' } }, (it) => it.section('h')?.flag('i'), /storage\.s3\.h\.i/],
  ])('%j is refused', async (parameters, read, message) => {
    const error = await failure(() => read(registry(parameters)));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', op: 'open', driver: 's3' });
    expect((error as Error).message).toMatch(message);
  });

  test('that nobody asked for are warned of, or refused, without being shown', async () => {
    const settings = registry({ a: 1, b: 'secret', chunksize: 3 });
    settings.text('a');
    settings.ignore('chunksize');
    const warnings: string[] = [];
    settings.warnOfUnknown({ warn: (message) => void warnings.push(message) });
    expect(warnings).toEqual(['storage.s3.b is not known here and is ignored']);
    const error = await failure(() => settings.refuseUnknown());
    expect((error as Error).message).toMatch(/storage\.s3\.b .*accepted: a, chunksize/);
    expect((error as Error).message).not.toContain('secret');
  });
});

describe('a URL', () => {
  test('names the bucket, the root and the settings', () => {
    const { container, root, settings } = parseStorageUrl(
      's3://my.bucket/a%20b/c/?region=x',
      rules,
    );
    expect([container, root, settings.text('region')]).toEqual(['my.bucket', 'a b/c', 'x']);
    settings.refuseUnknown();
    expect(parseStorageUrl('s3://b', rules).root).toBe('');
  });

  test.each([
    ['gs://b', /no s3:\/\/ URL/],
    ['nonsense', /no s3:\/\/ URL/],
    ['s3:///root', /names no bucket/],
    ['s3://b:9000/x', /endpoint/],
    ['s3://b/x#y', /%23/],
    ['s3://b/%zz', /%25/],
    ['s3://b/?a=1&a=2', /"a" is given twice/],
    ['s3://AKIA:hush@b/x', /secrets don't belong.*AWS_ACCESS_KEY_ID/],
    ['s3://b/x?secretkey=hush', /"secretkey" is a secret.*AWS_ACCESS_KEY_ID/],
  ])('%s is refused', async (url, message) => {
    const error = await failure(() => parseStorageUrl(url, rules));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('hush');
  });
});

test('an error of the configuration says so', () => {
  expect(configInvalid('s3', 'x')).toMatchObject({ code: 'CONFIG_INVALID', retry: 'never' });
});
