import { GcsError, invalid } from '../errors.ts';
import type { Call } from './call.ts';

/** A parameter that is `true` or `false`, in any case; missing is `false`. @throws GcsError 400 */
export function flag(call: Call, name: string): boolean {
  const value = call.query.get(name)?.toLowerCase() ?? 'false';
  if (value !== 'true' && value !== 'false') {
    throw invalid(`Invalid value for boolean: ${value}`, name);
  }
  return value === 'true';
}

/** A parameter that is a whole number, as text without leading zeros. @throws GcsError 400 */
export function int64(call: Call, name: string): string | undefined {
  return int64Of(call.query.get(name) ?? undefined, name);
}

/** A whole number in JSON, where it is text or a number; missing is `undefined`. @throws GcsError 400 */
export function int64Of(value: unknown, name: string): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'number' ? value.toString() : value;
  if (typeof text !== 'string' || !/^-?\d{1,19}$/.test(text)) {
    throw invalid(`Invalid value for long: ${JSON.stringify(value)}`, name);
  }
  return BigInt(text).toString();
}

/** The body, which has to be a JSON object; nothing is an empty one. @throws GcsError 400 */
export function jsonBody(bytes: Buffer): Readonly<Record<string, unknown>> {
  if (bytes.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    throw new GcsError(400, 'parseError', 'Parse Error');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GcsError(400, 'parseError', 'Parse Error');
  }
  return value as Readonly<Record<string, unknown>>;
}
