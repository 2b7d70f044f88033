import type { StorageDriver } from '@dunnage/driver-api';
import { ManifestCache } from '../cache/manifest-cache.ts';
import type { GcRules, RunOptions } from '../gc/options.ts';
import { checkStorage } from '../gc/preconditions.ts';
import { startRun } from '../gc/run-context.ts';
import { rulesOf } from '../gc/settings.ts';
import { takeStock } from '../gc/take-stock.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { blobKey } from '../layout/paths.ts';
import type { Garbage } from '../plan/garbage.ts';
import { ChainFinder } from './chains.ts';
import type { Explanation } from './explanation.ts';
import { parseSubject, type Subject } from './subject.ts';

export interface ExplainOptions extends RunOptions, Partial<GcRules> {
  /** How many chains to give at most; default 10. */
  readonly maxChains?: number;
}

/**
 * Says why a blob, manifest or tag stays or goes: takes stock as {@link collect} does, writes nothing, and looks for
 * the ways from tags to what is asked about.
 * @param subject `sha256:…`, `repository@sha256:…` or `repository:tag`.
 * @throws {CoreError} `INVALID_OPTION` for a subject that is none of these; else as {@link collect}.
 */
export async function explain(
  driver: StorageDriver,
  subject: string,
  options: ExplainOptions = {},
): Promise<Explanation> {
  const asked = parseSubject(subject);
  const rules = rulesOf(options);
  const context = await startRun(driver, { ...options, readOnly: true });
  await checkStorage(context);
  const { cache } = options;
  const memory =
    cache === undefined ? undefined : new ManifestCache(cache, driver.id, context.findings);
  const garbage = await takeStock(context, { rules, memory });
  if (garbage !== undefined && isUnreadable(garbage, asked)) {
    return {
      subject: asked,
      verdict: 'protected',
      summary: 'The tag can’t be read, so every manifest of its repository stays.',
      ...{ chains: [], chainCount: 0 },
    };
  }
  const found = garbage === undefined ? undefined : locate(garbage, asked);
  if (garbage === undefined || found === undefined) {
    const what = asked.kind === 'tag' ? 'tag' : 'digest';
    return {
      subject: asked,
      verdict: 'absent',
      summary: `This storage has no such ${what}.`,
      ...{ chains: [], chainCount: 0 },
    };
  }
  const chains = new ChainFinder(garbage).find(found.digest, found.repository);
  const digest = garbage.stock.inventory.digests.text(found.digest);
  const content = garbage.stock.inventory.digests.text(contentOf(garbage, found.digest));
  const info = await context.driver.stat(blobKey(content), { signal: context.signal });
  return {
    subject: { ...asked, digest },
    ...judge(garbage, found, info === undefined),
    chains: chains.slice(0, options.maxChains ?? 10),
    chainCount: chains.length,
    ...(info === undefined ? {} : { size: info.size, modified: info.modified }),
  };
}

/** Numbers of what is asked about. */
interface Located {
  readonly digest: number;
  readonly repository?: number;
}

function locate({ stock: { inventory } }: Garbage, asked: Subject): Located | undefined {
  const repository =
    asked.repository === undefined ? undefined : inventory.repositories.find(asked.repository);
  if (repository === -1) return undefined;
  if (asked.kind === 'tag') {
    const name = inventory.tagNames.find(asked.tag);
    const tag = repository === undefined ? -1 : inventory.tags.find(repository, name);
    if (tag < 0 || repository === undefined || inventory.targetOf(tag) < 0) return undefined;
    return { digest: inventory.targetOf(tag), repository };
  }
  const digest = inventory.digests.find(asked.digest);
  if (digest < 0) return undefined;
  if (repository === undefined) return { digest };
  const isThere = inventory.revisions.find(repository, digest) >= 0;
  return isThere || isLinked(inventory, repository, digest) ? { digest, repository } : undefined;
}

function isUnreadable({ stock: { inventory } }: Garbage, asked: Subject): boolean {
  if (asked.kind !== 'tag') return false;
  const repository = inventory.repositories.find(asked.repository);
  const tag = inventory.tags.find(repository, inventory.tagNames.find(asked.tag));
  return tag >= 0 && inventory.tagUnreadable.has(tag);
}

/** True when the repository has a layer link of this name, or one that leads to it. */
function isLinked(inventory: Inventory, repository: number, digest: number): boolean {
  for (let link = 0; link < inventory.layerLinks; link++) {
    if (inventory.layerRepository.at(link) !== repository) continue;
    if (inventory.layerDigest.at(link) === digest) return true;
    if (inventory.layerTarget.at(link) === digest + 1) return true;
  }
  return false;
}

/** The digest under which the content is stored: another one where a link leads there. */
function contentOf({ stock: { inventory, blobs } }: Garbage, digest: number): number {
  if (blobs.seen.has(digest)) return digest;
  for (let link = 0; link < inventory.layerLinks; link++) {
    const target = inventory.layerTarget.at(link);
    if (inventory.layerDigest.at(link) === digest && target !== 0) return target - 1;
  }
  return digest;
}

function judge(
  garbage: Garbage,
  { digest, repository }: Located,
  noBlob: boolean,
): Pick<Explanation, 'verdict' | 'summary'> {
  const { marks, inventory, blobs } = garbage.stock;
  if (repository !== undefined) {
    const revision = inventory.revisions.find(repository, digest);
    if (revision >= 0 && garbage.revisionGoes(revision)) {
      return {
        verdict: 'garbage',
        summary: 'No tag, index or live subject keeps it: the next collection deletes it.',
      };
    }
  }
  if (marks.live.has(digest)) {
    return noBlob
      ? {
          verdict: 'live',
          summary: 'It is needed, but its blob is not there: what needs it can’t be pulled.',
        }
      : { verdict: 'live', summary: 'It is needed, so it stays.' };
  }
  if (marks.protected.has(digest)) {
    return {
      verdict: 'protected',
      summary: 'Nothing is known to need it, but something that could can’t be read, so it stays.',
    };
  }
  const candidate = blobs.candidates.find(digest);
  if (candidate >= 0 && !garbage.blobGoes(candidate)) {
    return {
      verdict: 'young',
      summary:
        'Nothing needs it, but it, or a link to it, is younger than the minimum age, so it stays for now.',
    };
  }
  if (candidate >= 0) {
    return { verdict: 'garbage', summary: 'Nothing needs it: the next collection deletes it.' };
  }
  return { verdict: 'absent', summary: 'Nothing needs it, and its blob is not there.' };
}
