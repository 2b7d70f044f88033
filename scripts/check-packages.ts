/**
 * Packs each package that is published and checks what users would get: publint for the manifest and
 * the files it names, attw for how TypeScript resolves its types, and that nothing is in it that
 * should not be.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { conclude, ROOT, type Workspace, workspaces } from './lib/workspaces.ts';

const run = promisify(execFile);
/** What a package may hold; `npm pack` adds the licence, the README and the manifest. */
const EXPECTED =
  /^(dist\/|bin\/|LICENSE|README\.md|CHANGELOG\.md|package\.json|oclif\.manifest\.json)/;
const UNWANTED = /\.tsbuildinfo$|\.test\.|(^|\/)\.env|\.log$/;

const directory = await mkdtemp(join(tmpdir(), 'dunnage-pack-'));
try {
  const published = workspaces().filter(({ manifest }) => manifest.private !== true);
  const problems: string[] = [];
  for (const workspace of published) {
    const found = await problemsOf(workspace);
    problems.push(...found.map((problem) => `${workspace.manifest.name}: ${problem}`));
  }
  conclude(`${published.length} packed packages`, problems);
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function problemsOf(workspace: Workspace): Promise<string[]> {
  const packed = await pack(workspace);
  const strange = packed.files.filter((path) => !EXPECTED.test(path) || UNWANTED.test(path));
  const problems = strange.map((path) => `${path} does not belong into the package`);
  if (!packed.files.some((path) => path.startsWith('dist/'))) problems.push('dist is missing');
  problems.push(...(await lint(packed.tarball)), ...(await resolveTypes(packed.tarball)));
  return problems;
}

async function pack(workspace: Workspace): Promise<{ tarball: string; files: string[] }> {
  const args = ['pack', '--json', '--pack-destination', directory, '--workspace', workspace.path];
  const { stdout } = await run('npm', [...args, '--ignore-scripts'], { cwd: ROOT });
  const [result] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  if (result === undefined) throw new Error(`npm pack said nothing about ${workspace.path}`);
  return {
    tarball: join(directory, result.filename),
    files: result.files.map((file) => file.path),
  };
}

async function lint(path: string): Promise<string[]> {
  const tarball = new Uint8Array(await readFile(path)).buffer;
  const { messages, pkg } = await publint({
    pack: { tarball },
    strict: true,
  });
  return messages.map((message) => `publint: ${formatMessage(message, pkg) ?? message.code}`);
}

async function resolveTypes(tarball: string): Promise<string[]> {
  const args = [tarball, '--profile', 'esm-only', '--no-color', '--no-emoji', '--format', 'ascii'];
  try {
    await run('attw', args, { cwd: ROOT });
    return [];
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return [`attw: ${stdout}${stderr}`.trim()];
  }
}
