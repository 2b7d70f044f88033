import type { IncomingHttpHeaders } from 'node:http';

/** The language that a store speaks. */
export type Protocol = 's3' | 'gcs' | 'azure';

/**
 * What a request is about, in words that all stores share. A look at one object's facts is a `head`,
 * also where the protocol says GET (GCS). `bulk-delete` is every request that carries many others.
 * `bucket` and `object` are settings of a bucket or container, and of one object (tags, holds, leases).
 */
export type Operation =
  | 'list'
  | 'list-versions'
  | 'list-buckets'
  | 'list-uploads'
  | 'list-parts'
  | 'get'
  | 'head'
  | 'put'
  | 'copy'
  | 'delete'
  | 'bulk-delete'
  | 'multipart-create'
  | 'multipart-part'
  | 'multipart-copy'
  | 'multipart-complete'
  | 'multipart-abort'
  | 'bucket'
  | 'object'
  | 'auth'
  | 'other';

/** What the classifiers look at. */
export interface Asked {
  readonly method: string;
  /** As sent, percent-encoded, without the query. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}
