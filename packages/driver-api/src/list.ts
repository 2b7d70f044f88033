import type { Key, Prefix } from './key.ts';
import type { ListedObject } from './object.ts';
import type { OpOptions } from './options.ts';

/** What to list. */
export interface ListOptions extends OpOptions {
  /** Default: everything below the root. */
  readonly prefix?: Prefix;
  /**
   * `'recursive'` (default): every object below the prefix. `'children'`: the objects directly below
   * it, and in {@link ListPage.prefixes} each "directory" once.
   */
  readonly depth?: 'recursive' | 'children';
  /**
   * `'full'` (default): each object with size and modification time. `'keys'`: the key is enough, so
   * that a file system need not stat each file; a driver may still give more.
   */
  readonly detail?: 'full' | 'keys';
  /** Exclusive lower bound in UTF-8 byte order. Only where the capability `list.startAfter` says so. */
  readonly startAfter?: Key;
  /** Where to go on: the {@link ListPage.cursor} of a page of the same listing. */
  readonly cursor?: string;
  /** Upper bound of a page's length; the driver lowers it to what its store allows. */
  readonly pageSize?: number;
}

/** One page of a listing. */
export interface ListPage<T = ListedObject> {
  readonly objects: readonly T[];
  /** With `depth: 'children'`: the prefixes directly below, each once in the whole listing. */
  readonly prefixes: readonly Prefix[];
  /** Opaque; with it the listing goes on after this page, also in another process. */
  readonly cursor?: string;
  /**
   * True exactly once, on the last page. A listing that ends without it has lost its tail: readers
   * treat that as `INCOMPLETE`, because what is not listed would look unreferenced.
   */
  readonly complete: boolean;
}
