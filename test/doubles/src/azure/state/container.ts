import { SortedMap, compareUtf8 } from '../../shared/sorted-map.ts';
import type { Entry } from './blob.ts';
import { Lease } from './lease.ts';

/** A container with all that is stored in it. */
export class Container {
  readonly name: string;
  readonly created: number;
  readonly lease = new Lease();
  readonly entries: SortedMap<Entry>;
  readonly hns: boolean;
  etag: string;
  modified: number;
  metadata: ReadonlyMap<string, string>;
  /** Days during which a blob can't be changed, from its creation on. */
  immutableDays: number | undefined;
  legalHold = false;
  versionLevelImmutability = false;

  constructor(name: string, hns: boolean, etag: string, now: number) {
    this.name = name;
    this.hns = hns;
    this.etag = etag;
    this.created = now;
    this.modified = now;
    this.metadata = new Map();
    this.entries = new SortedMap();
  }

  entry(name: string): Entry | undefined {
    return this.entries.get(this.keyOf(name));
  }

  /** The entry of that name, made when there is none. */
  obtain(name: string): Entry {
    const found = this.entry(name);
    if (found !== undefined) return found;
    const entry: Entry = { name, current: undefined, past: [], staged: new Map() };
    this.entries.set(this.keyOf(name), entry);
    return entry;
  }

  /** Forgets a name under which nothing is stored any more. */
  tidy(entry: Entry): void {
    if (entry.current === undefined && entry.past.length === 0 && entry.staged.size === 0) {
      this.entries.delete(this.keyOf(entry.name));
    }
  }

  /** Entries from that name on (inclusive), in the order of listings. */
  *from(name: string): Generator<Entry> {
    for (const [, entry] of this.entries.from(this.keyOf(name))) yield entry;
  }

  /** Whether anything that is not deleted lies below a directory. */
  holds(directory: string): boolean {
    const prefix = `${directory}/`;
    for (const entry of this.from(prefix)) {
      if (!entry.name.startsWith(prefix)) return false;
      if (entry.current !== undefined || entry.staged.size > 0) return true;
    }
    return false;
  }

  /** A hierarchical namespace is walked directory by directory: a slash comes before all else. */
  keyOf(name: string): string {
    return this.hns ? name.replaceAll('/', '\0') : name;
  }

  /** Whether a name comes before another in listings. */
  precedes(name: string, other: string): boolean {
    return compareUtf8(this.keyOf(name), this.keyOf(other)) < 0;
  }
}
