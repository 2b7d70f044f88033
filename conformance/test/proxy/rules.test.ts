import { answer, type FaultProxy, type Rule, startFaultProxy } from '@dunnage/conformance/proxy';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask, startStore, type TestStore } from './store.ts';

let store: TestStore;
let proxy: FaultProxy;

beforeEach(async () => {
  store = await startStore((from, to) => void from.resume().once('end', () => to.end()));
  proxy = await startFaultProxy({ target: store.url });
});

afterEach(async () => {
  await proxy.close();
  await store[Symbol.asyncDispose]();
});

const fault = answer({ status: 500 });

async function statuses(...urls: readonly string[]): Promise<number[]> {
  const found: number[] = [];
  for (const url of urls) found.push((await ask(proxy.url + url)).status);
  return found;
}

test.each<[name: string, when: NonNullable<Rule['when']>, struck: string, spared: string]>([
  ['the path', { path: '/b/a b' }, '/b/a%20b', '/b/a'],
  ['a part of the path', { path: /b$/g }, '/b/a%20b', '/b/a'],
  ['a query', { query: { 'list-type': '2' } }, '/b?list-type=2', '/b?list-type=1'],
  ['any value of a query', { query: { marker: true } }, '/b?marker=', '/b'],
  ['the absence of a query', { query: { marker: false } }, '/b', '/b?marker=x'],
  ['the operation', { operation: ['list', 'put'] }, '/b?prefix=x', '/b/key'],
  ['the method', { method: 'GET', path: '/b/x' }, '/b/x', '/b/y'],
  ['what a function says', ({ path }) => path.includes('x'), '/b/x', '/b/y'],
])('a rule is about %s', async (_, when, struck, spared) => {
  proxy.inject({ when, fault });
  expect(await statuses(spared, struck, struck, spared)).toEqual([200, 500, 500, 200]);
});

test('a rule is about headers', async () => {
  proxy.inject({ when: { headers: { 'If-Match': /^"/ } }, fault });
  expect((await ask(proxy.url, { headers: { 'if-match': '"x"' } })).status).toBe(500);
  expect((await ask(proxy.url, { headers: { 'if-match': '*' } })).status).toBe(200);
  expect((await ask(proxy.url)).status).toBe(200);
});

test('only the third that is meant', async () => {
  proxy.inject({ when: { path: '/b/x', nth: 3 }, fault });
  expect(await statuses('/b/x', '/b/y', '/b/x', '/b/x', '/b/x')).toEqual([200, 200, 200, 500, 200]);
});

test('as often as told, and it says how often that was', async () => {
  const rule = proxy.inject({ fault, times: 2 });
  expect(await statuses('/', '/', '/')).toEqual([500, 500, 200]);
  expect(rule.struck).toBe(2);
});

test('the first rule that strikes wins; the others count on', async () => {
  proxy.inject({ fault, times: 1 });
  proxy.inject({ when: { nth: 2 }, fault: answer({ status: 501 }) });
  expect(await statuses('/', '/', '/')).toEqual([500, 501, 200]);
});

test('rules go one by one, with their scope, or all at once', async () => {
  const rule = proxy.inject({ fault });
  {
    using scoped = proxy.inject({ when: { path: '/x' }, fault });
    rule.remove();
    expect(await statuses('/', '/x')).toEqual([200, 500]);
    expect(scoped.struck).toBe(1);
  }
  expect(await statuses('/x')).toEqual([200]);
  proxy.inject({ fault });
  proxy.clear();
  expect(await statuses('/')).toEqual([200]);
});

test('a share of the requests, the same ones for the same seed', async () => {
  const urls = Array<string>(60).fill('/');
  const runs: number[][] = [];
  for (const seed of [7, 7, 8]) {
    using rule = proxy.inject({ fault, probability: 0.5, seed });
    runs.push(await statuses(...urls));
    expect(rule.struck).toBeGreaterThan(10);
    expect(rule.struck).toBeLessThan(50);
  }
  expect(runs[0]).toEqual(runs[1]);
  expect(runs[0]).not.toEqual(runs[2]);
});

test('requests are logged and counted until they are forgotten', async () => {
  await statuses('/b?list-type=2', '/b/key', '/b/key?X-Amz-Signature=secret&versionId=1');
  expect(proxy.counts()).toEqual({ list: 1, get: 2 });
  expect(proxy.requests[2]).toMatchObject({
    ...{ number: 3, method: 'GET', path: '/b/key', operation: 'get', protocol: 's3' },
    query: { 'X-Amz-Signature': '(hidden)', versionId: '1' },
    ...{ fault: undefined, status: 200, forwarded: true, ending: 'answered' },
  });
  proxy.forget();
  expect(proxy.counts()).toEqual({});
  await statuses('/b/key');
  expect(proxy.requests.map(({ number }) => number)).toEqual([1]);
});

test('others are told of each request', async () => {
  const paths: string[] = [];
  const onRequest = ({ path }: { path: string }): unknown => paths.push(path);
  await using told = await startFaultProxy({ target: store.url, onRequest });
  await ask(`${told.url}/a`);
  expect(paths).toEqual(['/a']);
});
