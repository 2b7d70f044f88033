import {
  collect,
  isCoreError,
  type CoreErrorCode,
  type GcOptions,
  type GcReport,
} from '@dunnage/core';
import type { Key, StorageDriver } from '@dunnage/driver-api';
import assert from 'node:assert/strict';
import { firstOf, on, type Decide, type Fault } from '../faults/index.ts';
import { verify } from '../registry/index.ts';
import { unguarded } from './run.ts';
import { same } from './same.ts';
import type { World } from './scenario.ts';
import { snapshot, surprises, type Snapshot } from './snapshot.ts';

/** What script scenarios are told with. */
export interface Story {
  /** Everything as it was when the story began. */
  readonly before: Snapshot;
  /** Asserts that since then exactly `goes` went, and that all tags that resolved still do. */
  readonly expectGone: (goes: readonly Key[]) => Promise<void>;
}

/** Begins a story: call it when the tree is arranged. */
export async function tell(world: World): Promise<Story> {
  const before = await snapshot(world);
  const { problems } = await verify(world.driver);
  return {
    before,
    async expectGone(goes) {
      const after = await snapshot(world);
      const news = [...after.keys()].filter((key) => !before.has(key));
      const known = new Map([...after].filter(([key]) => before.has(key)));
      same(
        surprises(before, known, goes),
        [],
        `what went is not what should have gone (${news.length} new)`,
      );
      same((await verify(world.driver)).problems, problems, 'tags do not resolve as before');
    },
  };
}

/** Collects without guards, on any driver. */
export async function collectAll(
  driver: StorageDriver,
  options: GcOptions = {},
): Promise<GcReport> {
  return collect(driver, { ...unguarded, ...options });
}

/** Asserts that a run is refused, or fails, with a code of the collector. */
export async function refused(run: Promise<unknown>, code: CoreErrorCode): Promise<Error> {
  const error = await run.then(
    () => assert.fail(`expected ${code}, but the run succeeded`),
    (reason: unknown) => reason,
  );
  assert(isCoreError(error), `expected ${code}, got ${String(error)}`);
  same(error.code, code, `it failed for another reason: ${error.message}`);
  return error;
}

/** Asserts that a run fails, for whatever reason. */
export async function fails(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => assert.fail('expected a failure, but the run succeeded'),
    (reason: unknown) => reason,
  );
}

/** The fault whenever an object is read, by whichever verb. */
export function onRead(key: string | RegExp, fault: Fault, times = Infinity): Decide {
  return firstOf(on('get', key, fault, times), on('bulk-read', key, fault, times));
}

/** Milliseconds after which nobody's lock is valid any more. */
export const lockExpiresMs = 24 * 3_600_000;
