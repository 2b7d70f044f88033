import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { pullEverything } from '../support/pull.ts';
import { REGISTRY_2, type RegistryBuild } from '../support/registry-server.ts';
import { type Expected, pushSample } from '../support/sample.ts';
import { Sandbox } from '../support/sandbox.ts';
import { pushWithTools } from '../support/tool-images.ts';

/** A registry's tree with everything in it, as clients and the registry left it. */
export interface SampleTree {
  readonly root: string;
  /** What was pushed for a purpose, and what is to become of it. */
  readonly expected: readonly Expected[];
  /** What a client got of each tag before anything was collected. */
  readonly pulled: readonly (readonly [string, 'ok' | number])[];
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The builds of the registry to serve and compare with. */
    builds: readonly RegistryBuild[];
    sample: SampleTree;
  }
}

/** Checks that all tools are there (a missing one is an error, not a reason to skip) and makes the sample. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const builds = findTools();
  const sandbox = await Sandbox.create();
  const [expected, pulled] = await sandbox.serve(REGISTRY_2, async (client, address) => {
    const pushed = await pushSample(client);
    await pushWithTools(address);
    return [pushed, await pullEverything(client)] as const;
  });
  project.provide('builds', builds);
  project.provide('sample', { root: sandbox.root, expected, pulled: [...pulled] });
  return async () => await sandbox[Symbol.asyncDispose]();
}

function findTools(): RegistryBuild[] {
  const third = process.env['DUNNAGE_DISTRIBUTION'] ?? 'registry';
  const debian = [REGISTRY_2.program, 'skopeo', 'umoci', 'buildah', 'strace', 'openssl'];
  const missing = [...debian, third].filter((program) => !isOnPath(program));
  if (missing.length > 0) {
    throw new Error(
      [
        `These programs are missing: ${missing.join(', ')}. On Debian:`,
        '  apt-get install docker-registry skopeo umoci buildah strace openssl',
        '  go install github.com/distribution/distribution/v3/cmd/registry@v3.1.2',
        'The last belongs on the path as "registry", or name it in DUNNAGE_DISTRIBUTION.',
      ].join('\n'),
    );
  }
  return [REGISTRY_2, { name: 'registry 3', program: third }];
}

function isOnPath(program: string): boolean {
  if (isAbsolute(program)) return existsSync(program);
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  return directories.some((directory) => existsSync(join(directory, program)));
}
