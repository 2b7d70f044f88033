import { createHash, type Hash } from 'node:crypto';
import { CoreError } from '../errors.ts';
import type { GcRules } from '../gc/options.ts';
import { PLAN_KINDS, type PlanEntry } from './entry.ts';
import type { PlanSummary } from './summary.ts';

/** The version of the format that is written; others are refused. */
export const PLAN_VERSION = 1;

/** First line of a plan. */
export interface PlanHeader {
  readonly dunnage: 'plan';
  readonly version: typeof PLAN_VERSION;
  readonly runId: string;
  /** Identity of the storage: {@link StorageDriver.id}. */
  readonly storage: string;
  /** Milliseconds since the epoch, by the store's clock. */
  readonly created: number;
  readonly rules: GcRules;
  readonly summary: PlanSummary;
}

/** Last line of a plan: proof that it is whole and as it was written. */
export interface PlanFooter {
  readonly end: true;
  readonly objects: number;
  /** SHA-256 (hex) of all lines before this one. */
  readonly sha256: string;
}

/** Characters; no key of any store is near it. */
const LINE_MAX = 1 << 20;

const ADVICE = 'Make a new plan with `dunnage gc --dry-run --plan FILE`.';

/** Writes a plan as NDJSON: header, one line per object, footer. */
export class PlanEncoder {
  readonly #hash: Hash = createHash('sha256');
  #objects = 0;

  header(header: PlanHeader): string {
    return this.#line(header);
  }

  entry(entry: PlanEntry): string {
    this.#objects++;
    return this.#line(entry);
  }

  footer(): string {
    return `${footerOf(this.#objects, this.#hash)}\n`;
  }

  #line(value: object): string {
    const line = `${JSON.stringify(value)}\n`;
    this.#hash.update(line);
    return line;
  }
}

/**
 * Reads a plan, a line at a time: the header, then entries. It ends normally only after a footer that matches, so act
 * on no entry before the end.
 * @throws {CoreError} `PLAN_INVALID` with the line's number.
 */
export async function* decodePlan(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<PlanHeader | PlanEntry> {
  const hash = createHash('sha256');
  let objects = 0;
  let number = 0;
  let ended = false;
  for await (const line of linesOf(bytes)) {
    number++;
    if (ended) throw invalid(number, 'there is more after the last line');
    const value = parseLine(line, number);
    if (value['end'] === true) {
      if (value['objects'] !== objects) {
        throw invalid(
          number,
          `it has ${objects} objects, but was written with ${String(value['objects'])}`,
        );
      }
      // The footer itself has no checksum, so it must be letter for letter what it would be now.
      if (line !== footerOf(objects, hash)) {
        throw invalid(number, 'its checksum does not match: it was changed after it was written');
      }
      ended = true;
      continue;
    }
    hash.update(`${line}\n`);
    if (number === 1) {
      yield checkHeader(value);
    } else {
      objects++;
      yield checkEntry(value, number);
    }
  }
  if (!ended) throw invalid(number, 'its end is missing: it was cut off');
}

function footerOf(objects: number, hash: Hash): string {
  const footer: PlanFooter = { end: true, objects, sha256: hash.digest('hex') };
  return JSON.stringify(footer);
}

/** The header of a plan that is being read. @throws {CoreError} `PLAN_INVALID` */
export async function headerOf(lines: AsyncGenerator<PlanHeader | PlanEntry>): Promise<PlanHeader> {
  // The decoder yields the header first, or throws.
  return (await lines.next()).value as PlanHeader;
}

function checkHeader(value: Record<string, unknown>): PlanHeader {
  if (value['dunnage'] !== 'plan') throw invalid(1, 'this is not a plan of dunnage');
  if (value['version'] !== PLAN_VERSION) {
    const version = JSON.stringify(value['version']);
    throw invalid(1, `its format has version ${version}; this dunnage reads ${PLAN_VERSION}`);
  }
  const wrong = ['runId', 'storage'].find((field) => typeof value[field] !== 'string');
  if (wrong !== undefined) throw invalid(1, `its "${wrong}" is not a string`);
  if (!areRules(value['rules'])) throw invalid(1, 'its "rules" are missing or none that it knows');
  return value as unknown as PlanHeader;
}

function areRules(value: unknown): value is GcRules {
  if (typeof value !== 'object' || value === null) return false;
  const rules = value as Partial<Record<keyof GcRules, unknown>>;
  const purge = rules.purgeUploadsOlderThanMs;
  return (
    typeof rules.deleteUntagged === 'boolean' &&
    typeof rules.removeEmptyRepositories === 'boolean' &&
    isDuration(rules.minAgeMs) &&
    (purge === null || isDuration(purge))
  );
}

function isDuration(value: unknown): boolean {
  return typeof value === 'number' && value >= 0;
}

function checkEntry(value: Record<string, unknown>, number: number): PlanEntry {
  if (!PLAN_KINDS.includes(value['kind'] as PlanEntry['kind'])) {
    throw invalid(number, `"kind" is ${JSON.stringify(value['kind'])}`);
  }
  if (typeof value['key'] !== 'string') throw invalid(number, '"key" is not a string');
  if (typeof value['size'] !== 'number') throw invalid(number, '"size" is not a number');
  return value as unknown as PlanEntry;
}

function parseLine(line: string, number: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below, with the line's number.
  }
  throw invalid(number, 'it is not a JSON object');
}

/** Lines, each with its end; bytes that are no text are no line, lest they be mended to what was hashed. */
async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest = '';
  let number = 0;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw invalid(number + 1, 'it is not valid UTF-8');
    }
  };
  for await (const chunk of bytes) {
    const lines = (rest + decode(chunk)).split('\n');
    rest = lines.pop() ?? '';
    number += lines.length;
    yield* lines;
    if (rest.length > LINE_MAX) throw invalid(number + 1, 'it is too long for a line of a plan');
  }
  rest += decode();
  if (rest !== '') throw invalid(number + 1, 'it has no end: it was cut off');
}

function invalid(line: number, why: string): CoreError {
  return new CoreError({
    code: 'PLAN_INVALID',
    message: `the plan can't be used: line ${line}: ${why}`,
    advice: `Nothing was deleted. ${ADVICE}`,
  });
}
