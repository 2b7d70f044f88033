import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** What a process loads that runs `program`, as the specifiers of its imports. */
function loadedBy(program: string): string[] {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({
      resolve(specifier, context, next) {
        loaded.push(specifier);
        return next(specifier, context);
      },
    });
    ${program}
    process.stdout.write(JSON.stringify(loaded));
  `;
  const args = ['--input-type=module', '--eval', script];
  const output = execFileSync(process.execPath, args, {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return JSON.parse(output) as string[];
}

const isSdk = (specifier: string): boolean => /@aws-sdk|@smithy|hpagent/.test(specifier);

it('loads no SDK to be named', () => {
  const loaded = loadedBy("await import('@dunnage/driver-s3/plugin');");
  expect(loaded).toEqual(['@dunnage/driver-s3/plugin']);
});

it('loads it to be opened', () => {
  const loaded = loadedBy("await (await import('@dunnage/driver-s3/plugin')).registration.load();");
  expect(loaded.some(isSdk)).toBe(true);
});
