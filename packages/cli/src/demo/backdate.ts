import { readdir, utimes } from 'node:fs/promises';
import path from 'node:path';

/** Gives every file below `directory` the modification time `when`: a sample made just now is too young to be collected. */
export async function backdate(directory: string, when: Date): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) await utimes(path.join(entry.parentPath, entry.name), when, when);
  }
}
