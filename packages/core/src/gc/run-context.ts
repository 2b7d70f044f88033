import type { StorageDriver } from '@dunnage/driver-api';
import { stackLayers, type StackOptions } from '../layers/stack.ts';
import type { GcEvent, Phase } from './events.ts';
import { Findings } from './findings.ts';
import type { RunOptions } from './options.ts';
import { whatFreesThem } from './retained.ts';
import { settingsOf, type Settings } from './settings.ts';

/** What all steps of a run share. */
export interface RunContext {
  /** The storage, with all layers around it; it can't write in a dry run. */
  readonly driver: StorageDriver;
  readonly settings: Settings;
  readonly findings: Findings;
  readonly signal: AbortSignal;
  readonly runId: string;
  /** The store's clock at the start, in milliseconds. */
  readonly now: number;
  /** What ages are counted from: stores cut times to whole seconds, say, and nothing may look older for that. */
  readonly agesFrom: number;
  /** What frees the bytes that the store keeps of deleted objects, as sentences; `undefined` where it keeps none. */
  readonly whatFreesSpace: string | undefined;
  readonly durationsMs: Partial<Record<Phase, number>>;
  readonly emit: (event: GcEvent) => void;
  /** Requests made so far. */
  readonly counts: () => Readonly<Record<string, number>>;
  /** Runs a step, timed and announced. */
  phase<T>(phase: Phase, work: () => Promise<T>): Promise<T>;
}

/** Sets up a run on a storage. @throws {CoreError} `INVALID_OPTION`. */
export async function startRun(
  storage: StorageDriver,
  options: RunOptions & { readonly readOnly: boolean },
): Promise<RunContext> {
  const settings = settingsOf(options);
  const emit = options.onEvent ?? (() => {});
  const layers = {
    readOnly: options.readOnly,
    concurrency: settings.concurrency,
    timeoutMs: settings.timeoutMs,
    retry: options.retry,
    onRetry: (notice) => emit({ type: 'retry', ...notice }),
  } satisfies StackOptions;
  const signal = options.signal ?? new AbortController().signal;
  // Which verbs a driver has may show only when its store has been asked; layers have those of that moment.
  const capabilities = await stackLayers(storage, layers).driver.capabilities({ signal });
  const stack = stackLayers(storage, layers);
  const { driver } = stack;
  const now = await driver.now({ signal });
  const durationsMs: Partial<Record<Phase, number>> = {};
  return {
    ...{ driver, settings, signal, now, durationsMs, emit },
    agesFrom: now - (capabilities.modifiedResolutionMs - 1),
    counts: () => stack.counts(),
    whatFreesSpace: whatFreesThem(capabilities),
    findings: new Findings(emit),
    runId: runIdAt(now),
    async phase(phase, work) {
      signal.throwIfAborted();
      emit({ type: 'phase-start', phase });
      const start = performance.now();
      const result = await work();
      durationsMs[phase] = (durationsMs[phase] ?? 0) + performance.now() - start;
      emit({ type: 'phase-end', phase, durationMs: durationsMs[phase] });
      return result;
    },
  };
}

/** Sorts by time and is unique: `20261122T054100Z-1f6b2c9a`. */
function runIdAt(now: number): string {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${crypto.randomUUID().slice(0, 8)}`;
}
