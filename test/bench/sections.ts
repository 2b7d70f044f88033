import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';

/** Parts of a document that are measured apart, in the order in which they stand in it. */
const SECTIONS = ['files', 'buckets'] as const;

/** Writes one part of a document and leaves the others as they are. */
export async function writeSection(
  path: string,
  section: (typeof SECTIONS)[number],
  text: string,
): Promise<void> {
  const before = existsSync(path) ? await readFile(path, 'utf8') : '';
  const parts = SECTIONS.map((name) => {
    const [begin, end] = marks(name);
    const kept = before.split(begin)[1]?.split(end)[0]?.trim() ?? '';
    return [begin, name === section ? text.trim() : kept, end].join('\n\n');
  });
  await writeFile(path, `${['# Benchmarks', ...parts].join('\n\n')}\n`);
}

function marks(name: string): readonly [string, string] {
  return [`<!-- ${name}: written by test/bench, edit there -->`, `<!-- end of ${name} -->`];
}
