import { startGcsDouble } from '@dunnage/doubles/gcs';
import { describe, expect, it } from 'vitest';
import { Wire, messageOf, objectPath, outcome } from './wire.ts';

describe('who may do what', () => {
  it('asks for the bearer', async () => {
    await using double = await startGcsDouble({ token: 'secret' });
    double.container('plain').put('a', 'x');
    const without = await new Wire({ url: double.url }).get('plain', 'a');
    const wrong = await new Wire({ url: double.url, token: 'other' }).get('plain', 'a');
    const right = await new Wire({ url: double.url, token: 'secret' }).get('plain', 'a');
    expect([without, wrong, right].map(outcome)).toEqual(['401 required', '401 authError', 'ok']);
    expect(wrong.headers.get('www-authenticate')).toContain('invalid_token');
    const xml = await new Wire({ url: double.url }).send('POST', '/plain?delete', { body: '<D/>' });
    expect([xml.status, xml.text]).toEqual([
      401,
      expect.stringContaining('<Code>AuthenticationRequired'),
    ]);
  });

  it('asks each call of a batch for the bearer, its own or that of the batch', async () => {
    await using double = await startGcsDouble({ token: 'secret' });
    const container = double.container('plain');
    for (const name of ['a', 'b']) container.put(name, 'x');
    const call = (name: string, header: string): string =>
      `--b\r\nContent-Type: application/http\r\n\r\nDELETE ${objectPath('plain', name)}\r\n${header}\r\n`;
    const batch = (wire: Wire): Promise<string> =>
      wire
        .send('POST', '/batch/storage/v1', {
          headers: { 'content-type': 'multipart/mixed; boundary=b' },
          body: `${call('a', 'Authorization: Bearer other\r\n')}${call('b', '')}--b--`,
        })
        .then(({ text }) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => code).join());
    expect(await batch(new Wire({ url: double.url }))).toBe('401,401');
    expect(await batch(new Wire({ url: double.url, token: 'secret' }))).toBe('401,204');
    expect(container.names()).toEqual(['a']);
  });

  it('refuses what there is no permission for', async () => {
    const permissions = ['storage.objects.list', 'storage.objects.get', 'storage.objects.create'];
    await using double = await startGcsDouble({ permissions });
    const container = double.container('plain');
    container.put('a', 'x');
    const wire = new Wire({ url: double.url });
    expect(await wire.names('plain')).toEqual(['a']);
    expect(outcome(await wire.get('plain', 'a'))).toBe('ok');
    expect(outcome(await wire.put('plain', 'new'))).toBe('ok');
    const deleted = await wire.delete('plain', 'a');
    expect(outcome(deleted)).toBe('403 forbidden');
    expect(messageOf(deleted, 'plain')).toContain('does not have storage.objects.delete access');
    // Replacing is deleting.
    expect(outcome(await wire.put('plain', 'a'))).toBe('403 forbidden');
    expect(outcome(await wire.patch('plain', 'a', {}))).toBe('403 forbidden');
    expect(outcome(await wire.send('GET', '/storage/v1/b/plain'))).toBe('403 forbidden');
    expect(outcome(await wire.send('GET', '/storage/v1/b/plain/storageLayout'))).toBe('ok');
    const xml = await wire.send('POST', '/plain?delete', { body: '<Delete/>' });
    expect([xml.status, xml.text]).toEqual([403, expect.stringContaining('<Code>AccessDenied')]);
    const asked = await wire.send(
      'GET',
      '/storage/v1/b/plain/iam/testPermissions?permissions=storage.objects.get&permissions=storage.objects.delete',
    );
    expect(JSON.parse(asked.text)).toMatchObject({ permissions: ['storage.objects.get'] });
    expect(container.object('a')?.data.toString()).toBe('x');
  });
});
