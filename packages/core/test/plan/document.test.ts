import fc from 'fast-check';
import { isCoreError, PLAN_KINDS, type PlanEntry } from '@dunnage/core';
import { describe, expect, it } from 'vitest';
import {
  decodePlan,
  PlanEncoder,
  PLAN_VERSION,
  type PlanHeader,
} from '../../dist/plan/document.js';
import { KindTally } from '../../dist/plan/tally.js';
import { pieces } from '../support/plan.ts';

const HEADER: PlanHeader = {
  dunnage: 'plan',
  version: PLAN_VERSION,
  runId: '20260102T030405Z-1f6b2c9a',
  storage: 'mem://näme',
  created: 1_767_323_045_000,
  rules: {
    deleteUntagged: true,
    minAgeMs: 0,
    removeEmptyRepositories: false,
    purgeUploadsOlderThanMs: null,
  },
  summary: new KindTally().summary('mem://näme', 0),
};

const entry: fc.Arbitrary<PlanEntry> = fc.record(
  {
    kind: fc.constantFrom(...PLAN_KINDS),
    key: fc.string({ unit: 'grapheme' }),
    reason: fc.constantFrom('unreferenced', 'untagged', 'stale-upload'),
    size: fc.nat(),
    digest: fc.string(),
    repository: fc.string(),
    tag: fc.string(),
    wave: fc.nat(),
    modified: fc.nat(),
    etag: fc.string(),
  },
  { requiredKeys: ['kind', 'key', 'reason', 'size'] },
);

function encode(entries: readonly PlanEntry[], header: object = HEADER): Buffer {
  const encoder = new PlanEncoder();
  const lines = [encoder.header(header as PlanHeader), ...entries.map((it) => encoder.entry(it))];
  return Buffer.from(lines.join('') + encoder.footer());
}

async function decode(
  content: Uint8Array | string,
  size?: number,
): Promise<(PlanHeader | PlanEntry)[]> {
  const lines: (PlanHeader | PlanEntry)[] = [];
  for await (const line of decodePlan(pieces(content, size))) lines.push(line);
  return lines;
}

/** Why it is no plan, or undefined where it is one. */
async function problem(content: Uint8Array | string): Promise<string | undefined> {
  try {
    await decode(content);
    return undefined;
  } catch (error) {
    if (!isCoreError(error) || error.code !== 'PLAN_INVALID') throw error;
    return error.message;
  }
}

const SMALL = encode([
  { kind: 'revision', key: 'é/link', reason: 'untagged', size: 71, wave: 0, modified: 5000 },
  { kind: 'blob', key: 'a\uFFFDb/data', reason: 'unreferenced', size: 12, etag: '"x"' },
]);

describe('a plan', () => {
  it('comes back as it was written, in whatever pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry), fc.integer({ min: 1, max: 200 }), async (entries, size) => {
        expect(await decode(encode(entries), size)).toEqual([HEADER, ...entries]);
      }),
    );
  });

  it('is refused when it ends before any of its bytes', async () => {
    for (let length = 0; length < SMALL.length; length++) {
      const why = await problem(SMALL.subarray(0, length));
      if (why === undefined) expect.fail(`cut after ${length} of ${SMALL.length} bytes`);
    }
    expect(await problem(SMALL)).toBeUndefined();
  });

  it('is refused when any of its bytes is another', async () => {
    for (let at = 0; at < SMALL.length; at++) {
      const old = SMALL[at] ?? 0;
      for (const byte of [old ^ 1, old ^ 0x20, 0x20, 0x30, 0x0a, 0x0d, 0xff, 0xf0, 0x00]) {
        if (byte === old) continue;
        const edited = Buffer.from(SMALL);
        edited[at] = byte;
        if ((await problem(edited)) === undefined) {
          expect.fail(`byte ${at} may be ${byte}: ${edited.toString('latin1')}`);
        }
      }
    }
  });

  it('is refused when a byte is missing or one too many', async () => {
    for (let at = 0; at <= SMALL.length; at++) {
      const without = Buffer.concat([SMALL.subarray(0, at), SMALL.subarray(at + 1)]);
      if (at < SMALL.length && (await problem(without)) === undefined) {
        expect.fail(`byte ${at} may be left out`);
      }
      for (const byte of [0x20, 0x0a, 0x30, 0x2c]) {
        const more = Buffer.concat([SMALL.subarray(0, at), Buffer.of(byte), SMALL.subarray(at)]);
        if ((await problem(more)) === undefined) expect.fail(`${byte} may be added at ${at}`);
      }
    }
  });

  it('is refused with a byte order mark, or as Windows would write it', async () => {
    expect(await problem(`\uFEFF${SMALL.toString()}`)).toMatch(/line 1/);
    expect(await problem(SMALL.toString().replaceAll('\n', '\r\n'))).toMatch(/checksum|end/);
  });

  it('is refused when lines were swapped, left out or repeated', async () => {
    const [header, first, second, footer] = SMALL.toString().trimEnd().split('\n');
    for (const lines of [
      [header, second, first, footer],
      [header, first, footer],
      [header, footer],
      [header, first, first, second, footer],
      [header, first, second, footer, footer],
      [header, first, second, footer, first],
      [first, second, footer],
      [footer],
    ]) {
      expect(await problem(`${lines.join('\n')}\n`)).toMatch(/^the plan can't be used: line \d/);
    }
  });

  it('names the line at which it ends to be one', async () => {
    const [header, first] = SMALL.toString().split('\n');
    expect(await problem('')).toMatch(/cut off/);
    expect(await problem('hello\n')).toMatch(/line 1: it is not a JSON object/);
    expect(await problem('{}\n')).toMatch(/line 1: this is not a plan of dunnage/);
    expect(await problem(`${header}\nnull\n`)).toMatch(/line 2: it is not a JSON object/);
    expect(await problem(`${header}\n${first}\n{"kind":"tree"}\n`)).toMatch(/line 3: "kind"/);
  });

  it.each([
    ['of another version', { ...HEADER, version: 2 }, /version 2; this dunnage reads 1/],
    ['without a version', { ...HEADER, version: undefined }, /version/],
    ['of something else', { ...HEADER, dunnage: 'cache' }, /not a plan/],
    ['without a storage', { ...HEADER, storage: undefined }, /"storage"/],
    ['without a run', { ...HEADER, runId: 7 }, /"runId"/],
    ['without rules', { ...HEADER, rules: undefined }, /"rules"/],
    ['with a rule missing', { ...HEADER, rules: { deleteUntagged: true } }, /"rules"/],
    ['with a negative age', { ...HEADER, rules: { ...HEADER.rules, minAgeMs: -1 } }, /rules/],
    [
      'with a rule of another type',
      { ...HEADER, rules: { ...HEADER.rules, removeEmptyRepositories: 'no' } },
      /rules/,
    ],
    [
      'with uploads purged after a text',
      { ...HEADER, rules: { ...HEADER.rules, purgeUploadsOlderThanMs: '0' } },
      /rules/,
    ],
  ])('%s is refused though its checksum is right', async (_, header, reason) => {
    expect(await problem(encode([], header))).toMatch(reason);
  });

  it.each([
    ['no kind', { key: 'x', size: 1 }],
    ['no key', { kind: 'blob', size: 1 }],
    ['no size', { kind: 'blob', key: 'x' }],
    ['the name of a prototype as kind', { kind: 'constructor', key: 'x', size: 1 }],
  ])('an entry with %s is refused though the checksum is right', async (_, line) => {
    expect(await problem(encode([line as unknown as PlanEntry]))).toMatch(/line 2/);
  });

  it('is refused before it fills the memory when it has no lines', async () => {
    let pulled = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; pulled < 1000; pulled++) yield Buffer.alloc(1 << 16, 'x');
    }
    const read = async (): Promise<void> => {
      for await (const _ of decodePlan(endless()));
    };
    await expect(read()).rejects.toMatchObject({ code: 'PLAN_INVALID' });
    expect(pulled).toBeLessThan(100);
  });

  it('is refused with an error that says what to do, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await problem(bytes)).toMatch(/line \d+: /);
      }),
    );
  });
});
