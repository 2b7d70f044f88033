import { expect, it } from 'vitest';
import { hasCode, ROOT } from '@dunnage/driver-api';
import { readOnly } from '@dunnage/core';
import { bareDriver, infoOf, KEY } from './bare-driver.ts';

it('refuses every verb that writes, before any I/O', async () => {
  const called: string[] = [];
  const record = (op: string) => async () => {
    called.push(op);
    return infoOf(KEY);
  };
  const driver = readOnly(
    bareDriver({
      put: record('put'),
      copy: record('copy'),
      move: record('move'),
      undelete: record('undelete'),
      abortUpload: async () => void called.push('abortUpload'),
      delete: () => {
        called.push('delete');
        return empty();
      },
      pruneEmptyDirectories: () => {
        called.push('pruneEmptyDirectories');
        return empty();
      },
    }),
  );
  const source = async function* (): AsyncGenerator<Uint8Array> {
    called.push('source');
    yield new Uint8Array();
  };
  const requests = function* () {
    called.push('requests');
    yield { key: KEY };
  };
  const refusals = {
    put: () => driver.put(KEY, source()),
    copy: () => driver.copy?.(KEY, KEY),
    move: () => driver.move?.(KEY, KEY),
    undelete: () => driver.undelete?.(KEY, 'v'),
    abortUpload: () => driver.abortUpload?.(KEY, 'u'),
    delete: async () => driver.delete(requests()),
    pruneEmptyDirectories: async () => driver.pruneEmptyDirectories?.([ROOT]),
  };
  for (const [op, refused] of Object.entries(refusals)) {
    const error: unknown = await refused()?.catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'READ_ONLY'), op).toBe(true);
    expect(error).toMatchObject({ op, applied: 'no', retry: 'never' });
  }
  expect(called).toEqual([]);
});

async function* empty(): AsyncGenerator<never> {}
