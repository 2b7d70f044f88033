import type { Key } from '@dunnage/driver-api';

/** Larger objects are no lock of ours. */
export const LOCK_MAX_BYTES = 65_536;

const VERSION = 1;

/** Content of a lock object. Times are by the store's clock, in milliseconds since the Unix epoch. */
export interface LockRecord {
  readonly owner: string;
  readonly runId: string;
  /** Made anew for each acquisition: tells our lock from any other, and one whose answer was lost. */
  readonly token: string;
  readonly acquired: number;
  readonly expires: number;
  /** Counts up, so that the content and with it the etag differ with each renewal. */
  readonly renewals: number;
}

/** Who holds a lock, or did. */
export interface LockHolder {
  readonly key: Key;
  /** As its process named itself: host, user, process. */
  readonly owner: string;
  readonly runId: string;
  /** Milliseconds since the Unix epoch, by the store's clock. */
  readonly acquired: number;
  /** Unless it is renewed before. */
  readonly expires: number;
}

export function holderOf(key: Key, record: LockRecord): LockHolder {
  const { owner, runId, acquired, expires } = record;
  return { key, owner, runId, acquired, expires };
}

/** The record as JSON that an operator can read, with times as in RFC 3339. */
export function formatLock(record: LockRecord): Uint8Array {
  const { owner, runId, token, renewals } = record;
  const acquired = new Date(record.acquired).toISOString();
  const expires = new Date(record.expires).toISOString();
  const content = { version: VERSION, owner, runId, acquired, expires, renewals, token };
  return new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`);
}

/** What a lock object says, or in words why it can't be understood. */
export function parseLock(bytes: Uint8Array): LockRecord | string {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return 'it is not JSON';
  }
  if (typeof content !== 'object' || content === null) return 'it is not a JSON object';
  const it = content as Readonly<Record<string, unknown>>;
  if (it['version'] !== VERSION) {
    return `its version is ${JSON.stringify(it['version'])}, and this program knows ${VERSION}`;
  }
  const { owner, runId, token, renewals } = it;
  if (typeof owner !== 'string') return 'its "owner" is not a text';
  if (typeof runId !== 'string') return 'its "runId" is not a text';
  if (typeof token !== 'string') return 'its "token" is not a text';
  if (!Number.isSafeInteger(renewals)) return 'its "renewals" is not a whole number';
  const acquired = timeOf(it['acquired']);
  if (acquired === undefined) return 'its "acquired" is not a time';
  const expires = timeOf(it['expires']);
  if (expires === undefined) return 'its "expires" is not a time';
  return { owner, runId, token, acquired, expires, renewals: Number(renewals) };
}

function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}
