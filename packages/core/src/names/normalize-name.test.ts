import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { normalizeName } from './normalize-name.ts';

describe('normalizeName', () => {
  it.each([
    ['read_file', 'read_file'],
    ['READ_FILE', 'read_file'],
    ['  read_file  ', 'read_file'],
    ['\u2003read_file\u2003', 'read_file'],
    ['\u00a0read_file', 'read_file'],
    ['ｄｅｌｅｔｅ＿ｆｉｌｅ', 'delete_file'],
    ['ﬁle', 'file'],
    ['tool²', 'tool2'],
    ['delete\u200bfile', 'deletefile'],
    ['\ufeffsafe', 'safe'],
    ['name\u0000', 'name'],
    ['a\tb\nc', 'abc'],
    ['two words', 'two words'],
    ['em\u2003space', 'em space'],
    ['param\u017f', 'params'],
    ['\u212aelvin', 'kelvin'],
    ['e\u0301', 'é'],
    ['a\ud800b', 'ab'],
    ['a\ue000b', 'ab'],
    ['a\u0378b', 'ab'],
    ['\u200b x', 'x'],
    ['x \u200b', 'x'],
    ['tools/call', 'tools/call'],
    ['$<+|`', '$<+|`'],
    ['🔧', '🔧'],
    ['', ''],
    ['\u200b', ''],
    ['dеlete', 'dеlete'],
  ])('of %j is %j', (name, normalized) => {
    expect(normalizeName(name)).toBe(normalized);
  });

  it('does not fold look-alikes of other scripts', () => {
    expect(normalizeName('\u0430dmin')).not.toBe(normalizeName('admin'));
  });

  const anyName = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom(
        ' ',
        '\u200b',
        '\u0130',
        '\u03a3',
        '\u0345',
        'ß',
        '\u2003',
        'A',
        '\ufdfa',
        '\u0378',
        '\u1e9e',
      ),
    }),
  );

  it('is idempotent', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const once = normalizeName(name);
        expect(normalizeName(once)).toBe(once);
      }),
      { numRuns: 5000 },
    );
  });

  it('does not look at case, form or zero-width characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'É', '_', '/', '9') }), (name) => {
        const expected = normalizeName(name);
        expect(normalizeName(name.toUpperCase())).toBe(expected);
        expect(normalizeName(name.normalize('NFD'))).toBe(expected);
        expect(normalizeName([...name].join('\u200d'))).toBe(expected);
      }),
    );
  });

  it('keeps no control character, no format character and no space at the ends', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const normalized = normalizeName(name);
        expect(normalized).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(normalized).toBe(normalized.trim());
      }),
      { numRuns: 2000 },
    );
  });

  it('takes linear time for long names', () => {
    const long = '\u200b \u0130'.repeat(200_000);
    const started = performance.now();
    normalizeName(long);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

const vectors = fileURLToPath(
  new URL('../../../../../shared/upstream/conformance/full/normalization.yaml', import.meta.url),
);

describe.skipIf(!existsSync(vectors))('conformance (skipped where the shared vectors are absent)', () => {
  interface Vector {
    readonly id: string;
    readonly policy: string;
    readonly input: { readonly tool: string };
    readonly expected: { readonly decision: string };
  }
  interface Policy {
    readonly spec: {
      readonly allowed_tools?: readonly string[];
      readonly tool_rules?: readonly { tool: string }[];
    };
  }
  const read = (): readonly Vector[] => parse(readFileSync(vectors, 'utf8')).tests;

  it("finds the policy's tool exactly where the vectors say", () => {
    const answers = read().map(({ id, policy, input }) => {
      const { spec }: Policy = parse(policy);
      const names = [...(spec.allowed_tools ?? []), ...(spec.tool_rules ?? []).map((rule) => rule.tool)];
      return [id, names.some((name) => normalizeName(name) === normalizeName(input.tool))];
    });
    expect(answers.length).toBeGreaterThan(10);
    expect(answers.filter(([, found]) => found === false).map(([id]) => id)).toEqual([
      'norm-030',
      'norm-031',
      'norm-060',
    ]);
  });
});

describe('a name of ASCII', () => {
  it('is what the same characters are in a longer name', () => {
    const ascii = fc.string({
      unit: fc.integer({ min: 0, max: 0x7f }).map((code) => String.fromCharCode(code)),
    });
    fc.assert(
      fc.property(ascii, (name) => {
        // Between two letters beyond ASCII the tables judge each character; only the ends are not trimmed.
        const between = normalizeName(`\u00e9${name}\u00e9`).slice(1, -1);
        expect(normalizeName(name)).toBe(between.trim());
      }),
    );
  });
});

describe('a name made to be slow', () => {
  // Two marks of different classes in turn: sorting them is quadratic without a bound.
  const marks = (count: number): string => `a${'\u0301\u0323'.repeat(count)}`;

  it('keeps up to thirty marks on a character as NFKC has them', () => {
    expect(normalizeName(marks(10))).toBe(marks(10).normalize('NFKC'));
  });

  it('is still idempotent, and answers at once', () => {
    const hostile = normalizeName(marks(100_000));
    expect(normalizeName(hostile)).toBe(hostile);
    expect(hostile.length).toBeGreaterThan(100_000);
  }, 10_000);
});
