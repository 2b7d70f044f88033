import { statSync } from 'node:fs';
import path from 'node:path';
import { CliError, messageOf } from '../errors/cli-error.ts';

/** What a registry's root holds. */
const TREE = path.join('docker', 'registry', 'v2');

/**
 * Checks a directory that is named as a registry's root, before a driver opens it: a wrong path would otherwise
 * look like an empty registry, with nothing to collect.
 */
export function checkLocalRoot(given: string, directory: string): void {
  const right = rootAround(directory);
  if (right !== undefined) {
    throw new CliError({
      code: 'STORAGE_INSIDE_REGISTRY',
      message: `${given} lies inside the registry's tree, it is not the root of its storage.`,
      advice: `Name the directory that contains ${TREE}:\n  ${right}`,
    });
  }
  const found = kindOf(directory);
  if (found === undefined) {
    throw new CliError({
      code: 'PATH_NOT_FOUND',
      message: `${given} does not exist${directory === given ? '' : ` (looked for ${directory})`}.`,
      advice: `Name the directory that the registry writes to: "rootdirectory" in its config.yml, often /var/lib/registry. It contains ${TREE}.`,
    });
  }
  if (found === 'other') {
    throw new CliError({
      code: 'PATH_UNUSABLE',
      message: `${given} is not a directory.`,
      advice: /\.ya?ml$/i.test(given)
        ? `If it is the registry's configuration, say --config ${given}.`
        : `Name the directory that contains ${TREE}.`,
    });
  }
}

/** The root of the registry in whose tree `directory` lies, unless it is itself a root. */
function rootAround(directory: string): string | undefined {
  if (isDirectory(path.join(directory, TREE))) return undefined;
  let root = directory;
  while (root !== path.dirname(root)) {
    root = path.dirname(root);
    if (isDirectory(path.join(root, TREE)) && isWithinTree(root, directory)) return root;
  }
  return undefined;
}

/** `docker`, `docker/registry`, or anything from `docker/registry/v2` down. */
function isWithinTree(root: string, directory: string): boolean {
  const relative = path.relative(root, directory);
  return (
    TREE === relative ||
    TREE.startsWith(relative + path.sep) ||
    relative.startsWith(TREE + path.sep)
  );
}

function isDirectory(directory: string): boolean {
  return kindOf(directory) === 'directory';
}

/** What is there; nothing below a file either, which `throwIfNoEntry` does not cover in every Node. */
function kindOf(file: string): 'directory' | 'other' | undefined {
  try {
    return statSync(file).isDirectory() ? 'directory' : 'other';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CliError({
      code: 'PATH_UNUSABLE',
      message: `${file} can't be looked at: ${messageOf(error)}.`,
      advice: 'Run this as the user that the registry runs as, or as root.',
      cause: error,
    });
  }
}
