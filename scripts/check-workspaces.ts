/**
 * The one direction of dependency between the packages, and what their manifests have in common.
 * The linter holds imports to the same direction; this holds `package.json` to it.
 */
import { conclude, OLDEST_NODE, type Workspace, workspaces } from './lib/workspaces.ts';

/** Which packages of this workspace each may depend on, and for its tests only. */
const ALLOWED: readonly { package: RegExp; on: RegExp; inTests: RegExp }[] = [
  { package: /^@dunnage\/driver-api$/, on: /^$/, inTests: /^$/ },
  {
    package: /^@dunnage\/core$/,
    on: /^@dunnage\/driver-api$/,
    inTests: /^@dunnage\/(conformance|driver-memory)$/,
  },
  { package: /^@dunnage\/driver-kit$/, on: /^@dunnage\/driver-api$/, inTests: /^$/ },
  {
    package: /^@dunnage\/driver-/,
    on: /^@dunnage\/driver-(api|kit)$/,
    inTests: /^@dunnage\/(conformance|doubles)$/,
  },
  {
    package: /^@dunnage\/conformance$/,
    on: /^@dunnage\/(driver-api|core)$/,
    inTests: /^@dunnage\/driver-(memory|fs)$/,
  },
  {
    package: /^dunnage$/,
    on: /^@dunnage\/(driver-.+|core|conformance)$/,
    inTests: /^$/,
  },
  { package: /^@dunnage\/doubles$/, on: /^$/, inTests: /^$/ },
  { package: /^@dunnage\/test$/, on: /^(@dunnage\/.+|dunnage)$/, inTests: /^$/ },
];

const all = workspaces();
const versions = new Map(all.map(({ manifest }) => [manifest.name, manifest.version]));
conclude('workspaces', all.flatMap(problemsOf));

function problemsOf(workspace: Workspace): string[] {
  return [...directionProblems(workspace), ...manifestProblems(workspace)].map(
    (problem) => `${workspace.path}/package.json: ${problem}`,
  );
}

function directionProblems({ manifest }: Workspace): string[] {
  const rule = ALLOWED.find((candidate) => candidate.package.test(manifest.name));
  if (rule === undefined) return [`no rule says what ${manifest.name} may depend on`];
  const shipped = { ...manifest.dependencies, ...manifest.optionalDependencies };
  const problems: string[] = [];
  for (const [name, range] of Object.entries({ ...manifest.devDependencies, ...shipped })) {
    const version = versions.get(name);
    if (version === undefined) {
      if (!/^\d+\.\d+\.\d+/.test(range)) problems.push(`${name}: "${range}" is no exact version`);
      continue;
    }
    if (range !== version) problems.push(`${name} is ${version} here, not ${range}`);
    const allowed = rule.on.test(name) || (!(name in shipped) && rule.inTests.test(name));
    if (!allowed) problems.push(`${manifest.name} must not depend on ${name}`);
  }
  if (Object.keys(manifest.peerDependencies ?? {}).length > 0) {
    problems.push('peer dependencies: `plugins install` would bring a second copy');
  }
  return problems;
}

function manifestProblems({ manifest }: Workspace): string[] {
  const problems: string[] = [];
  if (manifest.license !== 'Apache-2.0') problems.push('license is not Apache-2.0');
  if (manifest.type !== 'module') problems.push('type is not "module"');
  if (manifest.private === true) return problems;
  const engine = `>=${OLDEST_NODE.replace(/\.0$/, '')}`;
  if (manifest.engines?.['node'] !== engine) problems.push(`engines.node is not "${engine}"`);
  if (manifest.publishConfig?.['access'] !== 'public') problems.push('access is not public');
  if (manifest.exports?.['./package.json'] !== './package.json') {
    problems.push('exports lacks ./package.json, which oclif reads');
  }
  return problems;
}
