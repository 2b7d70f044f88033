import type { Facts } from './facts.ts';
import { invalid } from './config/index.ts';
import { firstBlob } from './pages.ts';
import type { AzureStore } from './store.ts';

/** Where every registry puts its data, below the root. */
const DATA = 'docker/registry/v2/';

/**
 * Tells the user where a registry's data lie below the other root: with the nameless directory that version 2 of the
 * registry wrote, or without. Which of the two is meant is not guessed: what is listed is what gets deleted.
 * @throws {StorageError} `CONFIG_INVALID` where the account can't have such a directory.
 */
export async function warnOfOtherRoot(
  store: AzureStore,
  { hierarchical }: Facts,
  signal: AbortSignal,
): Promise<void> {
  const { config } = store;
  if (hierarchical) {
    if (!config.legacyRoot) return;
    const why = 'an account with a hierarchical namespace has no nameless directories';
    throw invalid(`${why}: take away legacyroot=true (legacyrootprefix: true)`);
  }
  if ((await firstBlob(store, config.otherRoot.text + DATA, signal)) === undefined) return;
  const place = JSON.stringify(config.otherRoot.text + DATA);
  const change = config.legacyRoot
    ? 'take away legacyroot=true (legacyrootprefix: true)'
    : 'add legacyroot=true to the URL (legacyrootprefix: true in config.yml)';
  config.warn(
    `the container ${config.container} has data of a registry below ${place}, which is not where this storage begins and is left alone; if that is the registry you mean, ${change}`,
  );
}
