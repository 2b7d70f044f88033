import { Agent as HttpAgent } from 'node:http';
import type { AgentOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** How long a socket that nobody uses is kept, in milliseconds. */
const IDLE_MS = 30_000;

/**
 * Keeps sockets to the endpoint open between requests. How many are in use at once is bounded by who sends
 * the requests; that of idle ones is bounded here.
 */
export async function agentFor(
  endpoint: URL,
  proxy: string | undefined,
  idle: number,
): Promise<HttpAgent> {
  const options: AgentOptions = { keepAlive: true, maxFreeSockets: idle, timeout: IDLE_MS };
  const secure = endpoint.protocol === 'https:';
  if (proxy === undefined) return secure ? new HttpsAgent(options) : new HttpAgent(options);
  const { HttpProxyAgent, HttpsProxyAgent } = await import('hpagent');
  const proxied = { ...options, proxy };
  return secure ? new HttpsProxyAgent(proxied) : new HttpProxyAgent(proxied);
}
