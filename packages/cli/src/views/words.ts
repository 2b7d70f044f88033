import type { PlanKind } from '@dunnage/core';

const NUMBERS = new Intl.NumberFormat('en-US');

/** `12,345` */
export function numeral(value: number): string {
  return NUMBERS.format(value);
}

/** `1 tag`, `12,345 tags` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${numeral(value)} ${value === 1 ? one : many}`;
}

/** `a, b and c` */
export function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** `12.3` of 100, without a decimal where it would be 0. */
export function percentage(value: number): string {
  const rounded = value >= 10 ? Math.round(value) : Math.round(value * 10) / 10;
  if (rounded === 0 && value > 0) return '< 0.1%';
  return `${rounded}%`;
}

/** Ends a sentence that something else is to follow. */
export function sentence(text: string): string {
  return /[.!?:]$/.test(text) ? text : `${text}.`;
}

/** What a plan's objects are, to a person: what it is called, and why it goes. */
export const KIND_WORDS: Readonly<
  Record<PlanKind, { readonly one: string; readonly many: string; readonly why: string }>
> = {
  blob: { one: 'blob', many: 'blobs', why: 'no live manifest refers to it' },
  revision: { one: 'manifest link', many: 'manifest links', why: 'untagged' },
  'layer-link': { one: 'layer link', many: 'layer links', why: 'its blob goes or is gone' },
  'tag-index': {
    one: 'tag history entry',
    many: 'tag history entries',
    why: 'its manifest is gone',
  },
  upload: {
    one: 'file of an unfinished upload',
    many: 'files of unfinished uploads',
    why: 'started too long ago',
  },
  directory: { one: 'directory', many: 'directories', why: 'empty' },
};

/** In the order in which a person asks. */
export const KINDS_FOR_READING: readonly PlanKind[] = [
  'blob',
  'revision',
  'layer-link',
  'tag-index',
  'upload',
  'directory',
];
