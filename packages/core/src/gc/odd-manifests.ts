import type { Stock } from '../plan/garbage.ts';
import type { Findings } from './findings.ts';

/** A finding names this many tags at most. */
const TAGS_NAMED = 20;

/** Tells of live manifests that are kept with all they name although they are not what the standard describes. */
export function reportOddManifests(
  stock: Pick<Stock, 'inventory' | 'graph' | 'marks'>,
  findings: Findings,
): void {
  const { inventory, graph, marks } = stock;
  for (let revision = 0; revision < inventory.revisions.size; revision++) {
    const row = graph.find(inventory.manifestOf(revision));
    const mediaType = graph.unknownMediaType(row);
    if (!marks.revisions.has(revision)) continue;
    if (mediaType === undefined && !graph.isIndexWithLayers(row)) continue;
    const { repository, digest } = inventory.revisionName(revision);
    const tags = tagsOf(stock, revision);
    const name = `${repository}@${digest}${tags.length === 0 ? '' : ` (${tags.join(', ')})`}`;
    findings.add(
      mediaType === undefined
        ? {
            code: 'index-with-layers',
            severity: 'warning',
            ...{ repository, digest, tags },
            message: `the index ${name} refers to layers directly, as BuildKit's registry cache does; they are kept`,
            advice:
              'Newer BuildKit writes an image manifest: `--cache-to type=registry,image-manifest=true`.',
          }
        : {
            code: 'media-type-unknown',
            severity: 'warning',
            ...{ repository, digest, tags },
            message: `the manifest ${name} has the media type ${mediaType}, which is not known; everything in it that looks like a digest is kept`,
          },
    );
  }
}

function tagsOf({ inventory }: Pick<Stock, 'inventory'>, revision: number): string[] {
  const tags: string[] = [];
  for (let tag = 0; tag < inventory.tags.size && tags.length < TAGS_NAMED; tag++) {
    if (inventory.tags.left(tag) !== inventory.revisions.left(revision)) continue;
    if (inventory.targetOf(tag) !== inventory.revisions.right(revision)) continue;
    tags.push(inventory.tagNames.text(inventory.tags.right(tag)));
  }
  return tags;
}
