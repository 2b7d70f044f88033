import type { GcReport } from '@dunnage/core';
import type { RegistryCache } from '../storage/reference.ts';

/**
 * The report, with what its configuration tells of the registry's cache: a descriptor that outlives its blob
 * makes the registry answer "exists" to a push, which then skips the upload.
 */
export function withCacheAdvice(report: GcReport, cache: RegistryCache | undefined): GcReport {
  if (cache === undefined || report.dryRun || report.deleted.blob.count === 0) return report;
  return { ...report, advice: [...report.advice, adviceFor(cache)] };
}

function adviceFor({ kind, address, database }: RegistryCache): string {
  if (kind === 'inmemory') {
    return 'Your config.yml has cache.blobdescriptor: inmemory, so restarting the registry is what empties its cache.';
  }
  const where = address === undefined ? '' : ` at ${address}`;
  const flush = `redis-cli ${hostFlags(address)}-n ${database ?? 0} FLUSHDB`;
  return `Your config.yml has cache.blobdescriptor: redis${where}: restarting the registry does not empty it. If nothing else uses that database: ${flush}`;
}

function hostFlags(address: string | undefined): string {
  const match = /^([^,:]+):(\d+)$/.exec(address ?? '');
  return match === null ? '' : `-h ${match[1]} -p ${match[2]} `;
}
