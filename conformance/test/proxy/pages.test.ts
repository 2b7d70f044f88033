import { azure, type Fault, gcs, startFaultProxy } from '@dunnage/conformance/proxy';
import { describe, expect, test } from 'vitest';
import { ask, type Got, startStore } from './store.ts';

/** What a client gets of a store that has a page for each of `pages`, while `fault` strikes. */
async function struck(
  fault: Fault,
  pages: Readonly<Record<string, string>>,
  method = 'GET',
): Promise<Got[]> {
  await using store = await startStore(({ url = '' }, to) => to.end(pages[url]));
  await using proxy = await startFaultProxy({ target: store.url });
  proxy.inject({ fault });
  const got: Got[] = [];
  for (const url of Object.keys(pages)) got.push(await ask(proxy.url + url, { method }));
  return got;
}

describe('GCS', () => {
  const page = (names: readonly string[], nextPageToken?: string): string =>
    JSON.stringify({
      kind: 'storage#objects',
      nextPageToken,
      items: names.map((name) => ({ name })),
    });
  const pages = {
    '/storage/v1/b/b/o': page(['a', 'b'], 't1'),
    '/storage/v1/b/b/o?pageToken=t1': page(['c', 'd']),
  };
  const read = (got: Got | undefined): { names: string[]; token: string | undefined } => {
    const { items, nextPageToken } = JSON.parse(got?.body ?? '') as {
      items: { name: string }[];
      nextPageToken?: string;
    };
    return { names: items.map(({ name }) => name), token: nextPageToken };
  };

  test('a listing leads in a circle', async () => {
    const [first, second] = await struck(gcs.repeatToken(), pages);
    expect(first?.body).toBe(pages['/storage/v1/b/b/o']);
    expect(read(second)).toEqual({ names: ['c', 'd'], token: 't1' });
  });

  test('a listing has a page twice', async () => {
    const got = await struck(gcs.repeatPage(), pages);
    expect(got.map(read)).toEqual([
      { names: ['a', 'b'], token: 't1' },
      { names: ['a', 'b'], token: undefined },
    ]);
  });

  test('a listing has no order, or an object too many', async () => {
    expect(read((await struck(gcs.unordered(), pages))[0]).names).toEqual(['b', 'a']);
    expect(read((await struck(gcs.strayKey('x'), pages))[0]).names).toEqual(['a', 'b', 'x']);
  });

  test('errors have the body of the JSON interface, downloads plain words', async () => {
    const urls = { '/storage/v1/b/b/o': '', '/storage/v1/b/b/o/k?alt=media': '' };
    const [listed, read] = await struck(gcs.error(403, 'forbidden', 'no way'), urls);
    expect(listed).toMatchObject({ status: 403 });
    expect(JSON.parse(listed?.body ?? '')).toEqual({
      error: {
        ...{ code: 403, message: 'no way' },
        errors: [{ message: 'no way', domain: 'global', reason: 'forbidden' }],
      },
    });
    expect(read).toMatchObject({ status: 403, body: 'no way' });
  });

  test.each([
    [gcs.rateLimited(), 429, 'rateLimitExceeded'],
    [gcs.backendError(), 503, 'backendError'],
    [gcs.errorIn200(), 200, 'backendError'],
  ])('$name', async (fault, status, reason) => {
    const [got] = await struck(fault, { '/storage/v1/b/b/o': '' });
    expect(got?.status).toBe(status);
    expect(got?.body).toContain(`"reason":"${reason}"`);
  });
});

describe('Azure', () => {
  const page = (names: readonly string[], next = ''): string => {
    const blobs = names.map((name) => `<Blob><Name>${name}</Name></Blob>`).join('');
    const marker = next === '' ? '<NextMarker />' : `<NextMarker>${next}</NextMarker>`;
    return `<EnumerationResults><Blobs>${blobs}</Blobs>${marker}</EnumerationResults>`;
  };
  const list = '/account/c?restype=container&comp=list&sv=1&sig=x';
  const pages = { [list]: page(['a', 'b'], 'm1'), [`${list}&marker=m1`]: page(['c', 'd']) };

  test('a listing leads in a circle', async () => {
    const got = await struck(azure.repeatMarker(), pages);
    expect(got.map(({ body }) => body)).toEqual([page(['a', 'b'], 'm1'), page(['c', 'd'], 'm1')]);
  });

  test('a listing has a page twice', async () => {
    const got = await struck(azure.repeatPage(), pages);
    expect(got.map(({ body }) => body)).toEqual([page(['a', 'b'], 'm1'), page(['a', 'b'])]);
  });

  test('a listing does not say whether it ends', async () => {
    const got = await struck(azure.withoutEnd(), pages);
    for (const { body } of got) expect(body).not.toContain('NextMarker');
  });

  test('a listing has no order, or a blob too many', async () => {
    expect((await struck(azure.unordered(), pages))[0]?.body).toBe(page(['b', 'a'], 'm1'));
    const [full] = await struck(azure.strayKey('x&y'), pages);
    expect(full?.body.match(/<Name>[^<]*/g)).toEqual(['<Name>a', '<Name>b', '<Name>x&amp;y']);
    const [empty] = await struck(azure.strayKey('x'), {
      [list]: '<EnumerationResults><Blobs /><NextMarker /></EnumerationResults>',
    });
    expect(empty?.body).toMatch(/^<EnumerationResults><Blobs><Blob><Name>x<.*<\/Blobs><NextMarker/);
  });

  test.each([
    [azure.serverBusy(), 503, 'ServerBusy'],
    [azure.operationTimedOut(), 500, 'OperationTimedOut'],
    [azure.error(409, 'LeaseAlreadyPresent'), 409, 'LeaseAlreadyPresent'],
  ])('$name', async (fault, status, code) => {
    const [got] = await struck(fault, { [list]: '' });
    expect(got).toMatchObject({ status, headers: { 'x-ms-error-code': code } });
    expect(got?.body).toContain(`<Error><Code>${code}</Code>`);
    const [head] = await struck(fault, { '/account/c/b?sv=1&sig=x': '' }, 'HEAD');
    expect(head).toMatchObject({ status, body: '', headers: { 'x-ms-error-code': code } });
  });
});
