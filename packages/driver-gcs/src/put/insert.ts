import { randomUUID } from 'node:crypto';
import type { Request } from '../client.ts';
import type { Paths } from '../paths.ts';
import { INFO_FIELDS } from '../resource.ts';

/** What the registry gives its blobs, too. */
export const CONTENT_TYPE = 'application/octet-stream';

/** An upload in one request. */
export interface Insert {
  readonly name: string;
  readonly content: Uint8Array;
  /** Of the content, in base64. The store refuses other bytes. */
  readonly md5Hash: string;
  /** 0: only if there is no such object. */
  readonly ifGenerationMatch: string | number | undefined;
}

/** The request that stores an object at once. */
export function insertRequest(paths: Paths, insert: Insert): Request {
  const { name, content, md5Hash, ifGenerationMatch } = insert;
  const boundary = `insert_${randomUUID()}`;
  const metadata = JSON.stringify({ contentType: CONTENT_TYPE, md5Hash });
  const head =
    `--${boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${metadata}\r\n` +
    `--${boundary}\r\nContent-Type: ${CONTENT_TYPE}\r\n\r\n`;
  return {
    method: 'POST',
    path: paths.upload({ uploadType: 'multipart', name, ifGenerationMatch, fields: INFO_FIELDS }),
    headers: { 'content-type': `multipart/related; boundary=${boundary}` },
    body: [Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)],
  };
}
