import type { Prefix } from '@dunnage/driver-api';
import { childrenOfAll } from '../io/children.ts';
import { chunks } from '../io/chunks.ts';
import { DirectoryList } from '../plan/directory-list.ts';
import type { RunContext } from './run-context.ts';

/** Directories opened per call of the bulk verb. */
const CHUNK = 4096;

/** Of directories that lack what they are for, those that hold nothing else either; what others hold is stray. */
export async function onlyEmpty(
  { driver, signal }: RunContext,
  candidates: DirectoryList,
  onStray: (key: string) => void,
): Promise<DirectoryList> {
  const empty = new DirectoryList();
  const { bulk } = driver;
  if (bulk === undefined) return empty;
  for (const chunk of chunks<Prefix>(candidates, CHUNK)) {
    await childrenOfAll(bulk, chunk, signal, ({ prefix, objects, directories }) => {
      if (objects.length + directories.length === 0) empty.add(prefix);
      for (const name of objects) onStray(`${prefix}${name}`);
    });
  }
  return empty;
}
