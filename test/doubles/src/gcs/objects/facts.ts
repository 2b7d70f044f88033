import { invalid } from '../errors.ts';
import type { ObjectFacts, ObjectRetention } from '../store/generation.ts';

const TEXTS = [
  'contentType',
  'contentEncoding',
  'contentDisposition',
  'contentLanguage',
  'cacheControl',
  'storageClass',
  'customTime',
] as const;

const HOLDS = ['temporaryHold', 'eventBasedHold'] as const;

/** A fact that is `null` is to be taken away. */
export type FactChanges = { readonly [Fact in keyof ObjectFacts]?: ObjectFacts[Fact] | null };

/** What a client may set, out of an object's resource; all else in it is left alone, as the service does. */
export function factsIn(resource: Readonly<Record<string, unknown>>): ObjectFacts {
  const entries = Object.entries(factChangesIn(resource)).filter(([, value]) => value !== null);
  return Object.fromEntries(entries);
}

/** As {@link factsIn}, with `null` for what is to go. @throws GcsError 400 */
export function factChangesIn(resource: Readonly<Record<string, unknown>>): FactChanges {
  const changes: Record<string, unknown> = {};
  for (const name of [...TEXTS, ...HOLDS, 'metadata', 'retention'] as const) {
    const value = resource[name];
    if (value === undefined) continue;
    changes[name] = value === null ? null : checked(name, value);
  }
  return changes;
}

function checked(name: string, value: unknown): unknown {
  if (name === 'metadata') return texts(value);
  if (name === 'retention') return retention(value);
  const type = (HOLDS as readonly string[]).includes(name) ? 'boolean' : 'string';
  if (typeof value !== type) throw invalid(`Invalid value for ${type}: ${JSON.stringify(value)}`);
  if (name === 'customTime' && Number.isNaN(Date.parse(String(value)))) {
    throw invalid(`Invalid value for: Invalid format: "${String(value)}"`);
  }
  return value;
}

/** Custom metadata. A `null` in it takes its key away. */
function texts(value: unknown): Readonly<Record<string, string | null>> {
  const fits =
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((item) => typeof item === 'string' || item === null);
  if (!fits) throw invalid('Invalid value for metadata.');
  return value as Readonly<Record<string, string | null>>;
}

function retention(value: unknown): ObjectRetention {
  const { mode, retainUntilTime } = value as Record<string, unknown>;
  const fits =
    (mode === 'Locked' || mode === 'Unlocked') &&
    typeof retainUntilTime === 'string' &&
    !Number.isNaN(Date.parse(retainUntilTime));
  if (!fits) throw invalid('Invalid retention: mode and retainUntilTime are required.');
  return { mode, retainUntilTime };
}
