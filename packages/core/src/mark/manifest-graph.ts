import { ROLES, type Manifest, type Role } from '../content/manifest.ts';
import type { DigestTable } from '../packed/digest-table.ts';
import { u32List, u8List } from '../packed/list.ts';
import { PairTable } from '../packed/pair-table.ts';

/** What is known of a manifest's content. */
export type ManifestState = 'unread' | 'ok' | 'missing' | 'unreadable' | 'corrupt';

const STATES: readonly ManifestState[] = ['unread', 'ok', 'missing', 'unreadable', 'corrupt'];
/** How a role and "optional" are kept in four bits above the target's number. */
const ROLE_SHIFT = 28;
const OPTIONAL = 8;
const TARGET_MASK = (1 << ROLE_SHIFT) - 1;
const SCHEMA1 = 1;
const INDEX_WITH_LAYERS = 2;

/** One reference of a manifest, by number. */
export interface Edge {
  readonly target: number;
  readonly role: Role;
  readonly optional: boolean;
}

/**
 * Which manifest refers to what: each manifest once, however many repositories have it, each reference in four bytes.
 */
export class ManifestGraph {
  readonly #digests: DigestTable;
  readonly #rows = new PairTable();
  readonly #state = u8List();
  readonly #flags = u8List();
  /** Row → media type: few, where there are any. */
  readonly #unknownTypes = new Map<number, string>();
  readonly #start = u32List();
  readonly #end = u32List();
  readonly #edges = u32List();

  constructor(digests: DigestTable) {
    this.#digests = digests;
  }

  /** How many manifests it has. */
  get size(): number {
    return this.#rows.size;
  }

  /** The row of the manifest with this digest number, which is added as `unread` when it is new. */
  add(digest: number): number {
    const row = this.#rows.add(digest, 0);
    if (row === this.#state.length) {
      this.#state.push(0);
      this.#flags.push(0);
      this.#start.push(0);
      this.#end.push(0);
    }
    return row;
  }

  find(digest: number): number {
    return this.#rows.find(digest, 0);
  }

  digest(row: number): number {
    return this.#rows.left(row);
  }

  state(row: number): ManifestState {
    return STATES[this.#state.at(row)] ?? 'unread';
  }

  setState(row: number, state: ManifestState): void {
    this.#state.set(row, STATES.indexOf(state));
  }

  isSchema1(row: number): boolean {
    return (this.#flags.at(row) & SCHEMA1) !== 0;
  }

  isIndexWithLayers(row: number): boolean {
    return (this.#flags.at(row) & INDEX_WITH_LAYERS) !== 0;
  }

  unknownMediaType(row: number): string | undefined {
    return this.#unknownTypes.get(row);
  }

  /** Files what a manifest says. */
  fill(row: number, manifest: Manifest): void {
    this.setState(row, 'ok');
    const { schema1, indexWithLayers, unknownMediaType } = manifest;
    this.#flags.set(row, (schema1 ? SCHEMA1 : 0) | (indexWithLayers ? INDEX_WITH_LAYERS : 0));
    if (unknownMediaType !== undefined) this.#unknownTypes.set(row, unknownMediaType);
    this.#start.set(row, this.#edges.length);
    for (const { digest, role, optional } of manifest.references) {
      const target = this.#digests.add(digest);
      if (target > TARGET_MASK) throw new RangeError('more than 268 million digests in one run');
      const bits = ROLES.indexOf(role) | (optional ? OPTIONAL : 0);
      this.#edges.push(((bits << ROLE_SHIFT) | target) >>> 0);
    }
    this.#end.set(row, this.#edges.length);
  }

  *edges(row: number): Generator<Edge> {
    const end = this.#end.at(row);
    for (let at = this.#start.at(row); at < end; at++) {
      const edge = this.#edges.at(at);
      const bits = edge >>> ROLE_SHIFT;
      yield {
        target: edge & TARGET_MASK,
        role: ROLES[bits & ~OPTIONAL] as Role,
        optional: (bits & OPTIONAL) !== 0,
      };
    }
  }
}
