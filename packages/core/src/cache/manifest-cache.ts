import { hasCode, parseKey, type Key, type StorageDriver } from '@dunnage/driver-api';
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import type { Findings } from '../gc/findings.ts';
import type { DigestTable } from '../packed/digest-table.ts';
import type { ManifestGraph } from '../mark/manifest-graph.ts';
import { decodeRecords, encodeRecord } from './record.ts';
import { frame, SEGMENT_BYTES, unframe } from './segment.ts';

/** The format's version is part of the name: another is not read, but made anew. */
const NAME = 'manifests-v1';

/**
 * What manifests say, kept between runs on a storage of its own. A digest's content never changes, so it is never
 * stale; what is damaged is read again from the registry. One object per registry, in segments with checksums.
 */
export class ManifestCache {
  readonly #store: StorageDriver;
  readonly #key: Key;
  readonly #findings: Findings;
  #recalled = 0;

  /** @param storage identity of the registry's storage. */
  constructor(store: StorageDriver, storage: string, findings: Findings) {
    this.#store = store;
    this.#key = parseKey(`${NAME}-${hash('sha256', storage, 'hex').slice(0, 32)}`);
    this.#findings = findings;
  }

  /** Fills in what it knows of the graph's unread manifests. */
  async recall(graph: ManifestGraph, digests: DigestTable): Promise<void> {
    try {
      const { body } = await this.#store.get(this.#key);
      for await (const payload of unframe(body)) {
        for (const record of decodeRecords(payload)) {
          const id = digests.find(record.digest);
          const row = id < 0 ? -1 : graph.find(id);
          if (row < 0 || graph.state(row) !== 'unread') continue;
          graph.fill(row, record);
          this.#recalled++;
        }
      }
    } catch (error) {
      if (!hasCode(error, 'NOT_FOUND')) this.#complain('read', error);
    }
  }

  /** Keeps all that the graph knows for the next run, if that is more, or other, than was kept. */
  async keep(graph: ManifestGraph, digests: DigestTable): Promise<void> {
    let known = 0;
    for (let row = 0; row < graph.size; row++) if (isKept(graph, row)) known++;
    if (known === this.#recalled) return;
    try {
      await this.#store.put(this.#key, segments(graph, digests));
    } catch (error) {
      this.#complain('written', error);
    }
  }

  #complain(what: string, error: unknown): void {
    this.#findings.add({
      code: 'housekeeping',
      severity: 'warning',
      message: `the manifest cache could not be ${what}, so manifests are read from the registry: ${String(error)}`,
    });
  }
}

/** A media type that is not known is looked at anew each time, so that its warning comes each time. */
function isKept(graph: ManifestGraph, row: number): boolean {
  return graph.state(row) === 'ok' && graph.unknownMediaType(row) === undefined;
}

async function* segments(graph: ManifestGraph, digests: DigestTable): AsyncGenerator<Uint8Array> {
  let pending: Buffer[] = [];
  let size = 0;
  for (let row = 0; row < graph.size; row++) {
    if (!isKept(graph, row)) continue;
    const references = [...graph.edges(row)].map(({ target, role, optional }) => ({
      digest: digests.text(target),
      ...{ role, optional },
    }));
    const record = encodeRecord({
      digest: digests.text(graph.digest(row)),
      schema1: graph.isSchema1(row),
      indexWithLayers: graph.isIndexWithLayers(row),
      references,
    });
    if (size > 0 && size + record.length > SEGMENT_BYTES) {
      yield frame(Buffer.concat(pending));
      pending = [];
      size = 0;
    }
    pending.push(record);
    size += record.length;
  }
  if (size > 0) yield frame(Buffer.concat(pending));
}
