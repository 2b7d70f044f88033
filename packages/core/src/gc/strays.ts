import type { Inventory } from '../inventory/inventory.ts';
import { repositoriesPrefix } from '../layout/paths.ts';
import type { Findings } from './findings.ts';

/** What to do with a key that is no part of the layout: count it, say so, leave it and its repository alone. */
export function strayHandler(inventory: Inventory, findings: Findings): (key: string) => void {
  return (key) => {
    inventory.strays++;
    const end = key.startsWith(repositoriesPrefix)
      ? key.indexOf('/_', repositoriesPrefix.length)
      : -1;
    if (end > 0) {
      const name = key.slice(repositoriesPrefix.length, end);
      inventory.withStrays.add(inventory.repository(name));
    }
    findings.add({
      code: 'stray',
      severity: 'info',
      key,
      message: `${key} is no part of a registry's layout; it is left alone`,
    });
  };
}
