import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** What a person sees with `find` and `du`, counted without the collector. */
export interface DiskUsage {
  readonly files: number;
  readonly blobs: number;
  readonly bytes: number;
}

export async function diskUsage(directory: string): Promise<DiskUsage> {
  let [files, blobs, bytes] = [0, 0, 0];
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    files += 1;
    if (entry.name === 'data' && entry.parentPath.includes(`${path.sep}blobs${path.sep}`))
      blobs += 1;
    bytes += (await stat(path.join(entry.parentPath, entry.name))).size;
  }
  return { files, blobs, bytes };
}
