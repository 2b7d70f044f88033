import type { CoreErrorCode, FindingCode, GcOptions, GcReport } from '@dunnage/core';
import type { Capabilities, Key, StorageDriver } from '@dunnage/driver-api';
import type { RegistryBuilder, RegistryStorage, StoreHooks } from '../registry/index.ts';

/** A storage under test: opens an empty one for each scenario. */
export interface Subject {
  /** For titles: `memory (s3)`, `fs`. */
  readonly name: string;
  open(): Promise<OpenSubject>;
  /** Scenarios of more objects than this are left out, for the reason given. */
  readonly limit?: { readonly objects: number; readonly reason: string };
}

/** An empty storage and what the test can do with it besides. Disposing of it removes it. */
export interface OpenSubject extends StoreHooks, AsyncDisposable {
  readonly driver: StorageDriver;
  /** Where trees are arranged; default: the driver. One that need not outlive a crash is faster. */
  readonly storage?: RegistryStorage;
}

/** What a scenario works on. */
export interface World extends StoreHooks {
  readonly driver: StorageDriver;
  readonly capabilities: Capabilities;
  /** Writes the registry's side, as clients and time have left it. */
  readonly registry: RegistryBuilder;
}

interface ScenarioBase {
  /** Stable: `group/name`. */
  readonly id: string;
  /** What must hold, as a sentence. */
  readonly title: string;
  /** Whose behaviour, test or defect it comes from. */
  readonly source: string;
  /** What the storage must be capable of, each with a reason to leave the scenario out. */
  readonly needs?: readonly Need[];
  /** About how many objects it makes, where they are many. */
  readonly objects?: number;
}

/** Something that not every storage has. */
export interface Need {
  /** Why the scenario can't be tried where it is missing. */
  readonly reason: string;
  readonly met: (world: Pick<World, 'capabilities' | 'touch'>) => boolean;
}

/**
 * A tree and what a collection makes of it: the common form. The runner checks far more than the one
 * set of keys; see `runTree`.
 */
export interface TreeScenario extends ScenarioBase {
  /** Default: everything that can go goes: no minimum age, no maximum share. */
  readonly options?: GcOptions;
  readonly arrange: (registry: RegistryBuilder, world: World) => Promise<Expected>;
}

/** What must come of a {@link TreeScenario}. */
export interface Expected {
  /** Exactly these objects go, and all others stay. */
  readonly goes: readonly Key[];
  /** Default `'done'`. */
  readonly status?: GcReport['status'];
  /** Findings that must be there; a key, where given, must be in the finding and its message. */
  readonly findings?: readonly {
    readonly code: FindingCode;
    readonly key?: Key;
    readonly tags?: readonly string[];
  }[];
  /** Codes of findings that must not be there. */
  readonly without?: readonly FindingCode[];
  /** The run must fail with this, and nothing goes. */
  readonly refused?: CoreErrorCode;
  /** What the error, where it is refused, must name. */
  readonly names?: string;
  /** Anything else that the real run's report must say. */
  readonly report?: (report: GcReport) => void;
}

/** A story with turns of its own: locks, crashes, plans, other clients. */
export interface ScriptScenario extends ScenarioBase {
  readonly run: (world: World) => Promise<void>;
}

export type Scenario = TreeScenario | ScriptScenario;

/** Needs that several scenarios have. */
export const needs = {
  touch: {
    reason: 'the modification times of this storage can not be set',
    met: ({ touch }) => touch !== undefined,
  },
  promptReads: {
    reason: 'readers of this storage may for a while still see what was there before a change',
    met: ({ capabilities: { list, read } }) =>
      [list.afterWrite, list.afterDelete, read.afterWrite].every((each) => each === 'strong'),
  },
  emptyDirectories: {
    reason: 'this storage has no directories of its own',
    met: ({ capabilities }) => capabilities.emptyDirectories,
  },
} as const satisfies Record<string, Need>;
