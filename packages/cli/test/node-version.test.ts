import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { expect, test } from 'vitest';
import { BIN } from './support/dunnage.ts';

/** Starts the command in a Node that says it has this version. */
function startAs(version: string): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });
    process.argv = [process.execPath, ${JSON.stringify(BIN)}, '--version'];
    import(${JSON.stringify(BIN)});`;
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', pretend], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

test.each(['14.21.3', '20.20.2', '22.11.0'])('Node %s is told what is needed', async (version) => {
  const { code, stdout, stderr } = await startAs(version);
  expect(code).toBe(3);
  expect(stdout).toBe('');
  expect(stderr).toContain(`dunnage needs Node.js 22.12 or later; this is ${version}`);
  expect(stderr).not.toContain('    at ');
});

test.each(['22.12.0', '24.0.0', '30.1.0'])('Node %s is let in', async (version) => {
  const { code, stdout } = await startAs(version);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^dunnage\/\d/);
});

test('the check can be parsed by Nodes from before modules', () => {
  const source = readFileSync(BIN, 'utf8').replace(/^#!.*/, '');
  // A script, not a module: static imports, `import.meta` and top-level await would not parse.
  expect(() => new vm.Script(source)).not.toThrow();
  const code = source.replace(/\/\/.*/g, '');
  expect(code).not.toMatch(/=>|\?\.|\?\?|`|\b(const|let|class|async|await)\b/);
});
