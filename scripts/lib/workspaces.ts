import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The root of the source tree. */
export const ROOT: string = resolve(import.meta.dirname, '../..');

/** The oldest Node that users may have. */
export const OLDEST_NODE = '22.12.0';

/** What the checks read of a `package.json`. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly type?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly publishConfig?: Readonly<Record<string, unknown>>;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** One package of this repository. */
export interface Workspace {
  /** Its directory, relative to {@link ROOT}. */
  readonly path: string;
  readonly manifest: Manifest;
}

/** All packages of this repository. */
export function workspaces(): Workspace[] {
  const patterns = readManifest('package.json').workspaces ?? [];
  const manifests = globSync(
    patterns.map((pattern) => `${pattern}/package.json`),
    { cwd: ROOT },
  );
  return manifests.sort().map((path) => ({ path: dirname(path), manifest: readManifest(path) }));
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Manifest;
}

/** Prints what was found wrong, or that nothing was, and sets the exit code. */
export function conclude(what: string, problems: readonly string[]): void {
  if (problems.length === 0) {
    console.log(`${what}: in order`);
    return;
  }
  for (const problem of problems) console.error(`${what}: ${problem}`);
  process.exitCode = 1;
}
