import { startAzureDouble } from '@dunnage/doubles/azure';
import type { AzureDouble, AzureDoubleOptions } from '@dunnage/doubles/azure';
import { Wire, element } from './wire.ts';

export const day = 86_400_000;

/** A double of its own, with a clock that goes when it is told to. */
export interface Bench extends AsyncDisposable {
  readonly double: AzureDouble;
  readonly wire: Wire;
  /** Milliseconds. */
  readonly pass: (time: number) => void;
  /** Items of a listing, by their name and what sets them apart: `a@snapshot`, `a@version*` (the current one), `a!` (deleted). */
  readonly list: (container: string, query?: Readonly<Record<string, string>>) => Promise<string>;
}

export async function bench(options: AzureDoubleOptions = {}): Promise<Bench> {
  let now = Date.parse('2026-03-01T12:00:00Z');
  const double = await startAzureDouble({ clock: () => now, ...options });
  const wire = new Wire({ url: double.endpoint, account: double.account, accountKey: double.key });
  return {
    double,
    wire,
    pass: (time) => {
      now += time;
    },
    list: async (container, query = {}) => shown((await wire.list(container, query)).answer.text),
    [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
  };
}

function shown(text: string): string {
  const items = text.match(/<Blob>.*?<\/Blob>|<BlobPrefix>.*?<\/BlobPrefix>/gu) ?? [];
  return items
    .map((item) =>
      [
        element(item, 'Name'),
        item.includes('<Snapshot>') ? '@snapshot' : '',
        item.includes('<VersionId>') ? '@version' : '',
        item.includes('<IsCurrentVersion>true') ? '*' : '',
        item.includes('<Deleted>true') ? '!' : '',
        item.includes('<HasVersionsOnly>true') ? '?' : '',
      ].join(''),
    )
    .join(' ');
}
