import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Config, settings } from '@oclif/core';
import { EXIT, EXIT_BY_CODE } from 'dunnage';
import { expect, test } from 'vitest';

const DOCS = fileURLToPath(new URL('../../../docs', import.meta.url));
const ROOT = fileURLToPath(new URL('..', import.meta.url));

settings.enableAutoTranspile = false;
const config = await Config.load({ root: ROOT });
const commands = config.commands.filter(({ pluginName }) => pluginName === 'dunnage');

interface Flag {
  readonly name: string;
  readonly type: string;
  readonly char?: string | undefined;
  readonly helpValue?: string | string[] | undefined;
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
}

/** A flag as a page's table has it. */
function row({ char, name, type, helpValue, summary, description }: Flag): string {
  const short = char === undefined ? '' : `\`-${char}\`, `;
  const value = type === 'option' ? ` ${String(helpValue ?? 'VALUE')}` : '';
  const text = [summary, description].filter((part) => part !== undefined).join(' ');
  return `${short}\`--${name}${value}\` | ${text}`;
}

/** The rows of all tables of flags, without the padding that a formatter adds. */
function rowsOf(page: string): string[] {
  return page
    .split('\n')
    .filter((line) => /^\| *(`-\w`, )?`--/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim())
        .join(' | '),
    );
}

test('every command has its page, and every page its command', async () => {
  const pages = (await readdir(path.join(DOCS, 'commands'))).filter((file) => file !== 'README.md');
  const expected = commands.map(({ id }) => `${id.replaceAll(':', '-')}.md`);
  expect(pages.toSorted()).toEqual(expected.toSorted());
  const index = await readFile(path.join(DOCS, 'commands', 'README.md'), 'utf8');
  for (const { id, summary } of commands) {
    expect(index).toContain(`(${id.replaceAll(':', '-')}.md)`);
    expect(index).toContain(summary);
  }
});

test.each(commands.map((command) => [command.id, command] as const))(
  'the page of %s has its flags, as --help has them',
  async (id, command) => {
    const page = await readFile(
      path.join(DOCS, 'commands', `${id.replaceAll(':', '-')}.md`),
      'utf8',
    );
    const flags = Object.values<Flag>(command.flags);
    expect(rowsOf(page).toSorted()).toEqual(flags.map((flag) => row(flag)).toSorted());
    for (const part of [`# dunnage ${id.replaceAll(':', ' ')}`, '## Examples', '## Exit codes']) {
      expect(page).toContain(part);
    }
  },
);

test('the page of exit codes has each of them, and no other', async () => {
  const page = await readFile(path.join(DOCS, 'exit-codes.md'), 'utf8');
  const documented = [...page.matchAll(/^\| *(\d+) *\|/gm)].map(([, code]) => Number(code));
  expect(documented).toEqual(Object.values(EXIT).toSorted((a, b) => a - b));
  const known = new Set<number>(Object.values(EXIT));
  expect(Object.values(EXIT_BY_CODE).filter((code) => !known.has(code))).toEqual([]);
});
