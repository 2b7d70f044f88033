import type { Prefix } from '@dunnage/driver-api';

/** `a/b/c` below `a/` belongs to `a/b/`; `a/b` is directly below. */
export function childPrefix(name: string, prefix: Prefix): Prefix | undefined {
  const slash = name.indexOf('/', prefix.length);
  return slash < 0 ? undefined : (name.slice(0, slash + 1) as Prefix);
}
