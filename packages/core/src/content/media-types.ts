/** Media types that an index's descriptor has when it names a manifest; every other names a blob. */
const MANIFEST_TYPES: ReadonlySet<string> = new Set([
  'application/vnd.docker.distribution.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.artifact.manifest.v1+json',
]);

/** True for a media type of a manifest or index that we know. Parameters and case don't matter. */
export function isManifestType(mediaType: unknown): boolean {
  if (typeof mediaType !== 'string') return false;
  return MANIFEST_TYPES.has((mediaType.split(';', 1)[0] ?? '').trim().toLowerCase());
}
