import { Buffer } from 'node:buffer';
import { invalid } from '../errors.ts';

/** Where a page ended. */
export type Position =
  | { readonly after: 'prefix'; readonly name: string }
  | { readonly after: 'object'; readonly name: string; readonly generation: string };

/** Opaque to clients. */
export function encodePageToken({ name, ...position }: Position): string {
  const generation = position.after === 'object' ? position.generation : '';
  return Buffer.from(`${generation}\n${name}`).toString('base64');
}

/** @throws GcsError 400 */
export function decodePageToken(token: string): Position {
  const text = Buffer.from(token, 'base64').toString();
  const [, generation, name] = /^(\d*)\n(.+)$/s.exec(text) ?? [];
  if (generation === undefined || name === undefined) {
    throw invalid('Invalid argument.', 'pageToken');
  }
  return generation === '' ? { after: 'prefix', name } : { after: 'object', name, generation };
}
