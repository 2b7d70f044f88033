import { hasCode, isStorageError, type StorageDriver } from '@dunnage/driver-api';
import { ManifestCache } from '../cache/manifest-cache.ts';
import { CoreError, isCoreError } from '../errors.ts';
import { statePrefix } from '../layout/paths.ts';
import { acquireLock } from '../lock/acquire.ts';
import { checkLock } from '../lock/check.ts';
import type { Lease } from '../lock/lease.ts';
import { Journal, journalPrefix } from '../sweep/journal.ts';
import { childrenOf, pruneAll } from '../sweep/directories.ts';
import { isFull } from './is-full.ts';
import type { GcOptions } from './options.ts';
import { checkStorage } from './preconditions.ts';
import { startRun, type RunContext } from './run-context.ts';

/** A run that may go about its work: the storage is fit for it, and, unless it is a dry one, locked. */
export interface Run {
  readonly context: RunContext;
  readonly dryRun: boolean;
  readonly memory: ManifestCache | undefined;
  /** What interrupted runs left behind, oldest first. */
  readonly leftovers: readonly Journal[];
  /** Where this run's plan is kept while it is carried out. */
  journal: Journal;
  /** Call when a sweep has ended: nothing is left to resume. */
  removeJournals(): Promise<void>;
  /** Call when this run's own plan is not to be carried out. That of an interrupted run stays. */
  readonly dropPlan: () => Promise<void>;
}

/** Does `work` under the lock, and lets go of it whatever happens. */
export async function withRun<T>(
  storage: StorageDriver,
  options: GcOptions & { readonly dryRun: boolean },
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(options.signal?.reason);
  if (options.signal?.aborted === true) onAbort();
  options.signal?.addEventListener('abort', onAbort);
  try {
    return await locked(storage, { ...options, signal: stop.signal }, stop, work);
  } catch (error) {
    // Whatever a cancelled request died of, the cause is the cancellation.
    const reason: unknown = stop.signal.reason;
    if (!stop.signal.aborted || isCoreError(error)) throw error;
    throw isCoreError(reason) ? reason : cancelled(error);
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
  }
}

async function locked<T>(
  storage: StorageDriver,
  options: GcOptions & { readonly dryRun: boolean; readonly signal: AbortSignal },
  stop: AbortController,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const { dryRun, cache } = options;
  stop.signal.throwIfAborted();
  const context = await startRun(storage, { ...options, readOnly: dryRun });
  await checkStorage(context);
  const memory =
    cache === undefined ? undefined : new ManifestCache(cache, context.driver.id, context.findings);
  const { driver, runId, signal } = context;
  if (dryRun) {
    await noteLock(context);
    return work(makeRun(context, dryRun, memory, []));
  }
  const lease = await lock(context, options);
  const onLost = (): void => stop.abort(lease?.signal.reason);
  lease?.signal.addEventListener('abort', onLost);
  try {
    const leftovers = await Journal.all(driver, signal);
    for (const journal of leftovers) {
      context.findings.add({
        code: 'housekeeping',
        severity: 'info',
        message: `the run ${journal.runId} was interrupted; this run ${runId} finishes what it began`,
      });
    }
    context.findings.begin();
    return await work(makeRun(context, dryRun, memory, leftovers));
  } finally {
    lease?.signal.removeEventListener('abort', onLost);
    await lease?.release();
    await tidy(driver);
  }
}

function makeRun(
  context: RunContext,
  dryRun: boolean,
  memory: ManifestCache | undefined,
  leftovers: readonly Journal[],
): Run {
  const own = new Journal(context.driver, context.runId, context.signal);
  return {
    ...{ context, dryRun, memory, leftovers },
    journal: own,
    async removeJournals() {
      for (const journal of [...leftovers, own]) await removeJournal(context, journal);
    },
    dropPlan: () => removeJournal(context, own),
  };
}

/** One that stays is judged anew by whoever finds it, and so does no harm: the run's result counts for more. */
async function removeJournal({ findings }: RunContext, journal: Journal): Promise<void> {
  try {
    await journal.remove();
  } catch (error) {
    const isFinal: boolean = hasCode(error, 'ABORTED', 'CLOSED', 'CONTAINER_NOT_FOUND');
    if (isFinal || !isStorageError(error)) throw error;
    findings.add({
      code: 'housekeeping',
      severity: 'warning',
      ...(error.key === undefined ? {} : { key: error.key }),
      message: `the journal of the run ${journal.runId} could not be removed: ${error.message}`,
      advice: `Give the right to delete below ${journalPrefix}; the next run removes it.`,
    });
  }
}

/** Acquires the lock; `undefined` where the storage has no room for one, and nobody holds it. */
async function lock(context: RunContext, options: GcOptions): Promise<Lease | undefined> {
  const { driver, settings, runId, findings, emit, signal } = context;
  try {
    return await acquireLock(driver, {
      ...{ runId, signal },
      owner: options.owner ?? `dunnage ${runId}`,
      ttlMs: settings.lockTtlMs,
      settleMs: options.lockSettleMs,
      onTakenOver: (from) => emit({ type: 'lock-taken-over', key: from.key, from: from.owner }),
      onHousekeeping: (message) =>
        findings.add({ code: 'housekeeping', severity: 'warning', message }),
    });
  } catch (error) {
    // A full disk is the commonest reason to collect, and no reason not to.
    if (!isFull(error)) throw error;
    findings.add({
      code: 'housekeeping',
      severity: 'warning',
      message: `there is no room for the lock, so nothing keeps another collector out: ${error.message}`,
      advice: 'Start no other collection of this storage until this one has ended.',
    });
    return undefined;
  }
}

/** A dry run needs no lock, but its plan may be stale at once when somebody else is at work. */
async function noteLock({ driver, findings, signal }: RunContext): Promise<void> {
  const state = await checkLock(driver, { signal });
  if (state.status !== 'held') return;
  findings.add({
    code: 'housekeeping',
    severity: 'warning',
    key: state.key,
    message: `${state.holder.owner} is collecting this storage right now: what this dry run sees is changing`,
  });
}

/** Our own directories go when they are empty. What fails here is not worth an error. */
async function tidy(driver: StorageDriver): Promise<void> {
  if (driver.pruneEmptyDirectories === undefined) return;
  try {
    // One that was killed between making its journal's directory and the journal leaves the directory.
    const journals = await childrenOf(driver, journalPrefix);
    await pruneAll(driver, [...journals, journalPrefix, statePrefix]);
  } catch {
    // An empty directory is left: the next run tries again.
  }
}

function cancelled(cause: unknown): CoreError {
  return new CoreError({
    code: 'ABORTED',
    message: 'the run was cancelled',
    advice: 'Run again: it goes on where this one stopped.',
    cause,
  });
}
