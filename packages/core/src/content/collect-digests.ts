import { parseDigest, type Digest } from '../layout/digest.ts';

/**
 * Every string in a JSON value, at any depth, that is a digest; keys of objects included. Iterative: a document nested
 * a million deep costs memory of its own size, not the stack.
 */
export function* collectDigests(json: unknown): Generator<Digest> {
  const pending: unknown[] = [json];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'string') {
      const digest = parseDigest(value);
      if (digest !== undefined) yield digest;
    } else if (Array.isArray(value)) {
      for (const element of value) pending.push(element);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, element] of Object.entries(value)) pending.push(key, element);
    }
  }
}
