import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import type { Command } from './measure.ts';

/** What to collect, and how. */
export interface Task {
  readonly name: string;
  readonly dryRun: boolean;
  readonly untagged: boolean;
}

export const TASKS: readonly Task[] = [
  { name: 'dry run', dryRun: true, untagged: false },
  { name: 'dry run, `-m`', dryRun: true, untagged: true },
  { name: 'collect', dryRun: false, untagged: false },
  { name: 'collect, `-m`', dryRun: false, untagged: true },
];

/** A program that collects a registry's tree. */
export interface Collector {
  readonly name: string;
  /** The command that does `task` on the tree that `config` describes. */
  command(task: Task, config: string): Command;
}

const CLI = join(
  dirname(createRequire(import.meta.url).resolve('dunnage/package.json')),
  'bin/run.js',
);

export const dunnage: Collector = {
  name: 'dunnage',
  command: (task, config) => ({
    program: process.execPath,
    args: [
      ...[CLI, 'gc', '--config', config, '--min-age', '0s', '--no-cache', '--json'],
      ...(task.dryRun ? ['--dry-run'] : ['--yes']),
      ...(task.untagged ? ['--delete-untagged'] : []),
    ],
    env: { NODE_OPTIONS: '' },
  }),
};

/** The registry's own collector, of a version on the path or at a path. */
export function registry(name: string, program: string): Collector {
  return {
    name,
    command: (task, config) => ({
      program,
      args: [
        'garbage-collect',
        ...(task.dryRun ? ['--dry-run'] : []),
        ...(task.untagged ? ['--delete-untagged'] : []),
        config,
      ],
      // Debian's build fails to start with this variable set; version 3 looks for a tracing server.
      env: { AWS_CA_BUNDLE: '', OTEL_TRACES_EXPORTER: 'none' },
    }),
  };
}

/** Debian's build of version 2.8. @throws {Error} where it is not on the path. */
export function debianRegistry(): Collector {
  const program = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((path) => join(path, 'docker-registry'))
    .find((path) => existsSync(path));
  if (program === undefined) {
    throw new Error('docker-registry is not on the path: apt-get install docker-registry');
  }
  return registry('registry 2.8', program);
}

/** Writes the registry's configuration for a tree; returns its path. */
export async function writeConfig(tree: string): Promise<string> {
  const path = join(tree, 'config.yml');
  const config = {
    version: '0.1',
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: tree }, delete: { enabled: true } },
    http: { addr: '127.0.0.1:0' },
  };
  // JSON is YAML, but the registry wants its version as a bare number.
  await writeFile(path, JSON.stringify(config, undefined, 2).replace('"0.1"', '0.1'));
  return path;
}
