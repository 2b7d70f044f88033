import type { Capabilities, OpOptions } from '@dunnage/driver-api';
import type { Facts } from './facts.ts';
import { BATCH, LIST, PUT } from './limits.ts';
import { MAX_NAME } from './names.ts';
import { warnOfOtherRoot } from './other-root.ts';
import type { AzureStore } from './store.ts';

/** Finds out what the account can do, and whether this is where the registry's data are. */
export async function examine(store: AzureStore, options?: OpOptions): Promise<Capabilities> {
  const facts = await store.facts(options);
  await store.session.run('capabilities', options, undefined, (signal) =>
    warnOfOtherRoot(store, facts, signal),
  );
  return capabilitiesOf(facts, store.root.text.length);
}

function capabilitiesOf(facts: Facts, rootLength: number): Capabilities {
  const { hierarchical, versions, retention } = facts;
  return {
    list: { ...LIST, order: hierarchical ? 'none' : 'utf8-bytes' },
    read: { afterWrite: 'strong', ifMatch: true },
    put: PUT,
    delete: {
      batchMax: BATCH,
      reportsMissing: true,
      ifMatch: true,
      freesSpace: freesSpace(facts),
    },
    versions,
    retention,
    keys: {
      maxBytes: MAX_NAME - rootLength,
      caseSensitive: true,
      normalizes: 'none',
      objectAndPrefixMayCoexist: !hierarchical,
    },
    emptyDirectories: hierarchical,
    modifiedResolutionMs: 1000,
    shared: true,
  };
}

function freesSpace({ versions, softDelete }: Facts): Capabilities['delete']['freesSpace'] {
  if (versions === 'enabled') return 'never';
  if (softDelete === true) return 'after-retention';
  return softDelete === undefined || versions === 'unknown' ? 'unknown' : 'immediately';
}
