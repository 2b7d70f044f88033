import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  BlobSASPermissions,
  ContainerSASPermissions,
  SASProtocol,
  StorageSharedKeyCredential,
  generateAccountSASQueryParameters,
  generateBlobSASQueryParameters,
} from '@azure/storage-blob';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { AzureDouble } from '@dunnage/doubles/azure';
import { describe, expect, it } from 'vitest';
import { bench } from './support.ts';
import { element, version } from './wire.ts';

const soon = new Date(Date.now() + 3_600_000);
const past = new Date(Date.now() - 3_600_000);

describe('shared access signatures', () => {
  it('of the account: only what permissions and resource types allow', async () => {
    await using desk = await bench();
    const { double } = desk;
    double.container('box').put('a', 'hello');
    const sas = accountSas(double, 'rl', 'co', soon);
    expect(await ask(double, 'GET', `/box/a?${sas}`)).toBe('200 hello');
    expect(await ask(double, 'GET', `/box?restype=container&comp=list&${sas}`)).toMatch(/^200 /u);
    expect(await ask(double, 'DELETE', `/box/a?${sas}`)).toBe(
      '403 AuthorizationPermissionMismatch',
    );
    expect(await ask(double, 'GET', `/?comp=list&${sas}`)).toBe(
      '403 AuthorizationResourceTypeMismatch',
    );
    const objects = accountSas(double, 'rdl', 'o', soon);
    expect(await ask(double, 'GET', `/box?restype=container&comp=list&${objects}`)).toBe(
      '403 AuthorizationResourceTypeMismatch',
    );
    expect(await ask(double, 'DELETE', `/box/a?${objects}`)).toBe('202');
  });

  it('are refused when they are changed or over', async () => {
    await using desk = await bench();
    const { double } = desk;
    double.container('box').put('a', 'hello');
    const sas = accountSas(double, 'r', 'o', soon);
    expect(await ask(double, 'GET', `/box/a?${sas.replace('sp=r', 'sp=rd')}`)).toBe(
      '403 AuthenticationFailed',
    );
    expect(await ask(double, 'GET', `/box/a?${accountSas(double, 'r', 'o', past)}`)).toBe(
      '403 AuthenticationFailed',
    );
    const secure = accountSas(double, 'r', 'o', soon, SASProtocol.Https);
    expect(await ask(double, 'GET', `/box/a?${secure}`)).toBe('403 AuthorizationProtocolMismatch');
  });

  it('of a container: for its blobs and no others, and not for itself', async () => {
    await using desk = await bench();
    const { double } = desk;
    double.container('box').put('a', 'hello');
    double.container('other').put('a', 'secret');
    const sas = generateBlobSASQueryParameters(
      { containerName: 'box', permissions: ContainerSASPermissions.parse('rdl'), expiresOn: soon },
      credential(double),
    ).toString();
    expect(await ask(double, 'GET', `/box/a?${sas}`)).toBe('200 hello');
    expect(await ask(double, 'GET', `/box?restype=container&comp=list&${sas}`)).toMatch(/^200 /u);
    expect(await ask(double, 'GET', `/other/a?${sas}`)).toBe('403 AuthenticationFailed');
    expect(await ask(double, 'GET', `/box?restype=container&${sas}`)).toBe(
      '403 AuthorizationFailure',
    );
    expect(await ask(double, 'PUT', `/box/b?${sas}`, { 'x-ms-blob-type': 'BlockBlob' })).toBe(
      '403 AuthorizationPermissionMismatch',
    );
    expect(await ask(double, 'DELETE', `/box/a?${sas}`)).toBe('202');
  });

  it('of a blob, with the right to create but not to write over', async () => {
    await using desk = await bench();
    const { double } = desk;
    double.container('box');
    const sas = generateBlobSASQueryParameters(
      {
        containerName: 'box',
        blobName: 'a/ü b',
        permissions: BlobSASPermissions.parse('c'),
        expiresOn: soon,
      },
      credential(double),
    ).toString();
    const path = `/box/a/${encodeURIComponent('ü b')}`;
    const headers = { 'x-ms-blob-type': 'BlockBlob' };
    expect(await ask(double, 'PUT', `${path}?${sas}`, headers)).toBe('201');
    expect(await ask(double, 'PUT', `${path}?${sas}`, headers)).toBe(
      '403 AuthorizationPermissionMismatch',
    );
    expect(await ask(double, 'GET', `/box?restype=container&comp=list&${sas}`)).toBe(
      '403 AuthenticationFailed',
    );
  });

  it('of a version need the right to delete versions', async () => {
    await using desk = await bench({ versioning: true });
    const { double } = desk;
    const box = double.container('box');
    const versionid = encodeURIComponent(box.put('a', 'one').versionId ?? '');
    box.put('a', 'two');
    const sas = (permissions: string): string => accountSas(double, permissions, 'o', soon);
    expect(await ask(double, 'DELETE', `/box/a?versionid=${versionid}&${sas('d')}`)).toBe(
      '403 AuthorizationPermissionMismatch',
    );
    expect(await ask(double, 'DELETE', `/box/a?versionid=${versionid}&${sas('x')}`)).toBe('202');
  });
});

describe('tokens', () => {
  it('are asked for, and only the one that is known is taken', async () => {
    await using desk = await bench({ token: 'opens-the-box', tls: true });
    const { double } = desk;
    double.container('box').put('a', 'hello');
    const get = async (authorization?: string): Promise<string> => {
      const answer = await send(double, 'GET', `${double.endpoint}/box/a`, {
        'x-ms-version': version,
        ...(authorization === undefined ? {} : { authorization }),
      });
      return [answer.said, answer.challenge?.split(' ')[0]].filter(Boolean).join(' ');
    };
    expect(await get('Bearer opens-the-box')).toBe('200 hello');
    expect(await get('Bearer something-else')).toBe('401 InvalidAuthenticationInfo Bearer');
    expect(await get()).toBe('401 NoAuthenticationInformation Bearer');
  });
});

describe('addresses', () => {
  it('have the account in the host or in the path', async () => {
    await using desk = await bench({ token: 'known' });
    const { double } = desk;
    double.container('box').put('/a', 'hello');
    const headers = { 'x-ms-version': version, authorization: 'Bearer known' };
    const host = `${double.account}.blob.core.windows.net`;
    const said = async (url: string, more = {}): Promise<string> =>
      (await send(double, 'GET', url, { ...headers, ...more })).said;
    expect(await said(`${double.url}/box//a`, { host })).toBe('200 hello');
    expect(await said(`${double.endpoint}/box//a`)).toBe('200 hello');
    expect(await said(`${double.url}/stranger/box//a`)).toBe('400 InvalidUri');
    expect(await said(`${double.endpoint}/box/%zz`)).toBe('400 InvalidUri');
    expect(await said(`${double.endpoint}/box/a%01b`)).toBe('400 InvalidUri');
  });
});

function credential({ account, key }: AzureDouble): StorageSharedKeyCredential {
  return new StorageSharedKeyCredential(account, key);
}

function accountSas(
  double: AzureDouble,
  permissions: string,
  resourceTypes: string,
  expiresOn: Date,
  protocol = SASProtocol.HttpsAndHttp,
): string {
  return generateAccountSASQueryParameters(
    {
      permissions: AccountSASPermissions.parse(permissions),
      services: AccountSASServices.parse('b').toString(),
      resourceTypes: AccountSASResourceTypes.parse(resourceTypes).toString(),
      expiresOn,
      protocol,
    },
    credential(double),
  ).toString();
}

async function ask(
  double: AzureDouble,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  return (await send(double, method, double.endpoint + path, headers)).said;
}

/** Without `fetch`, which chooses the host by itself and can't be told to trust a certificate. */
function send(
  double: AzureDouble,
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly said: string; readonly challenge: string | undefined }> {
  return new Promise((resolve, reject) => {
    const start = url.startsWith('https:') ? secureRequest : request;
    const sent = start(url, { method, headers, ca: double.certificate }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const said = response.headers['x-ms-error-code'] ?? (method === 'GET' ? text : '');
        expect(element(text, 'Code')).toBe(response.headers['x-ms-error-code'] ?? '');
        resolve({
          said: `${response.statusCode} ${String(said)}`.trim(),
          challenge: response.headers['www-authenticate'],
        });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}
