import { ROLES, type Manifest, type Role } from '../content/manifest.ts';
import type { DigestTable } from '../packed/digest-table.ts';
import { u32List, u8List } from '../packed/list.ts';
import { PairTable } from '../packed/pair-table.ts';

/** What is known of a manifest's content. */
export type ManifestState = 'unread' | 'ok' | 'missing' | 'unreadable' | 'corrupt';

const STATES: readonly ManifestState[] = ['unread', 'ok', 'missing', 'unreadable', 'corrupt'];
const OPTIONAL = 0x80;
const SCHEMA1 = 1;
const INDEX_WITH_LAYERS = 2;

/** One reference of a manifest, by number. */
export interface Edge {
  readonly target: number;
  readonly role: Role;
  readonly optional: boolean;
}

/** Which manifest refers to what: each manifest once, however many repositories have it; five bytes a reference. */
export class ManifestGraph {
  readonly #digests: DigestTable;
  readonly #rows = new PairTable();
  readonly #state = u8List();
  readonly #flags = u8List();
  /** Row → media type: few, where there are any. */
  readonly #unknownTypes = new Map<number, string>();
  readonly #start = u32List();
  readonly #end = u32List();
  readonly #targets = u32List();
  readonly #roles = u8List();

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
    this.#start.set(row, this.#targets.length);
    for (const { digest, role, optional } of manifest.references) {
      this.#targets.push(this.#digests.add(digest));
      this.#roles.push(ROLES.indexOf(role) | (optional ? OPTIONAL : 0));
    }
    this.#end.set(row, this.#targets.length);
  }

  *edges(row: number): Generator<Edge> {
    const end = this.#end.at(row);
    for (let at = this.#start.at(row); at < end; at++) {
      const role = this.#roles.at(at);
      yield {
        target: this.#targets.at(at),
        role: ROLES[role & ~OPTIONAL] as Role,
        optional: (role & OPTIONAL) !== 0,
      };
    }
  }
}
