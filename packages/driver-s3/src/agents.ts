import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import type { AgentOptions as HttpAgentOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import tls from 'node:tls';
import { configInvalid } from '@dunnage/driver-kit';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import type { S3Settings } from './config.ts';
import { DRIVER } from './errors.ts';
import { proxyFor } from './proxy.ts';

/** What holds connections, by protocol. */
export interface Agents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/**
 * Connections that are kept and used again. How many there are at a time is not bounded here, where a body
 * that nobody reads would hold up others, but by the gate in front.
 */
export function createAgents(settings: S3Settings): Agents {
  const kept: HttpAgentOptions = {
    keepAlive: true,
    maxFreeSockets: settings.concurrency,
    scheduling: 'lifo',
  };
  const secure = { ...kept, ...trust(settings) };
  const host = hostOf(settings);
  const httpProxy = proxyFor('http:', host, settings.env);
  const httpsProxy = proxyFor('https:', host, settings.env);
  return {
    httpAgent:
      httpProxy === undefined
        ? new HttpAgent(kept)
        : new HttpProxyAgent({ ...kept, proxy: httpProxy.href }),
    httpsAgent:
      httpsProxy === undefined
        ? new HttpsAgent(secure)
        : new HttpsProxyAgent({ ...secure, proxy: httpsProxy.href }),
  };
}

/** Where requests go, as far as `NO_PROXY` is concerned. */
function hostOf({ endpoint, bucket, pathStyle, region }: S3Settings): string {
  const host =
    endpoint === undefined ? `s3.${region ?? 'us-east-1'}.amazonaws.com` : new URL(endpoint).host;
  return pathStyle ? host : `${bucket}.${host}`;
}

/** Which certificates are trusted: `AWS_CA_BUNDLE` adds to those that Node trusts. */
function trust({ skipVerify, env }: S3Settings): { rejectUnauthorized?: boolean; ca?: string[] } {
  const bundle = env['AWS_CA_BUNDLE'];
  return {
    ...(skipVerify === true && { rejectUnauthorized: false }),
    ...(bundle !== undefined && bundle !== '' && { ca: [...trusted(), readBundle(bundle)] }),
  };
}

/** `getCACertificates`, which knows `NODE_EXTRA_CA_CERTS`, came with Node 22.15. */
function trusted(): readonly string[] {
  const { getCACertificates } = tls as Partial<typeof tls>;
  return getCACertificates?.('default') ?? tls.rootCertificates;
}

function readBundle(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw configInvalid(DRIVER, `the file that AWS_CA_BUNDLE names, ${path}, can't be read`);
  }
}
