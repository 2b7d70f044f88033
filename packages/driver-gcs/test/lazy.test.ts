import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

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

const isSdk = (specifier: string): boolean => /google|gaxios|hpagent/.test(specifier);

test('naming the driver loads the contract and nothing else', () => {
  const loaded = loadedBy("await import('@dunnage/driver-gcs/plugin');");
  expect(loaded.filter((each) => !each.startsWith('.') && !/driver-gcs|node:/.test(each))).toEqual(
    Array<string>(1).fill('@dunnage/driver-api'),
  );
});

test('opening a storage loads no SDK; asking it does, where there are credentials to be had', () => {
  const opened = loadedBy(`
    const { createGcsDriver } = await import('@dunnage/driver-gcs');
    createGcsDriver({ bucket: 'images' });
  `);
  expect(opened).toContain('@dunnage/driver-gcs');
  expect(opened.filter(isSdk)).toEqual([]);
  const asked = (options: string): string[] =>
    loadedBy(`
      const { createGcsDriver } = await import('@dunnage/driver-gcs');
      const driver = createGcsDriver({ bucket: 'images', endpoint: 'http://127.0.0.1:9'${options} });
      await driver.stat('a').catch(() => undefined);
    `);
  expect(asked('').filter(isSdk)).toEqual([]);
  expect(asked(", credentials: { client_email: 'a', private_key: 'b' }")).toContain(
    '@google-cloud/storage',
  );
});
