import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface PluginSpec {
  readonly name: string;
  /** Source of the hook's module. */
  readonly hook: string;
  /** More files of the package. */
  readonly files?: Readonly<Record<string, string>>;
  readonly type?: 'module' | 'commonjs';
}

/** Writes an oclif plugin of a third party, as its author would publish it. */
export async function writePlugin(parent: string, spec: PluginSpec): Promise<string> {
  const root = path.join(parent, path.basename(spec.name));
  await mkdir(root, { recursive: true });
  const manifest = {
    name: spec.name,
    version: '1.2.3',
    type: spec.type ?? 'module',
    exports: { '.': { default: './plugin.js' }, './package.json': './package.json' },
    oclif: { hooks: { 'dunnage:drivers': './plugin.js' } },
  };
  const files = { 'package.json': JSON.stringify(manifest), 'plugin.js': spec.hook, ...spec.files };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(root, name), text);
  return root;
}

/** Links plugins into a home directory, as `plugins link` records it. */
export async function linkPlugins(home: string, roots: readonly string[]): Promise<void> {
  const data = path.join(home, 'data', 'dunnage');
  await mkdir(data, { recursive: true });
  const plugins = roots.map((root) => ({ type: 'link', name: path.basename(root), root }));
  const manifest = { private: true, oclif: { schema: 1, plugins }, dependencies: {} };
  await writeFile(path.join(data, 'package.json'), JSON.stringify(manifest));
}

/** Source of a registration; its driver's code is in `driver.js` of the same package. */
export function registration(name: string, more: Readonly<Record<string, string>> = {}): string {
  const fields = {
    api: '1',
    name: JSON.stringify(name),
    schemes: JSON.stringify([name]),
    registryNames: JSON.stringify([`${name}-section`]),
    summary: JSON.stringify(`The ${name} driver of a test`),
    example: JSON.stringify(`${name}://example`),
    load: `() => import('./driver.js')`,
    ...more,
  };
  const members = Object.entries(fields).map(([key, source]) => `${key}: ${source}`);
  return `{ ${members.join(', ')} }`;
}

/** A hook that names these registrations. */
export function hook(...registrations: readonly string[]): string {
  return `export default async function () { return [${registrations.join(', ')}]; }\n`;
}
