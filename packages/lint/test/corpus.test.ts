import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePolicy } from '@agentpolicy/spec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lintPolicy, PRESETS, RULES } from '../src/index.ts';
import { applyEdits } from './lint-text.ts';

const VALID = join(import.meta.dirname, '../../../fixtures/policies/valid');
const UPSTREAM = join(import.meta.dirname, '../../../../shared/upstream/policies');

function readFolder(folder: string): readonly (readonly [string, string])[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
}

/** The findings at default severities as `line code`. */
function summarize(text: string, file: string): readonly string[] {
  const parsed = parsePolicy(text, file);
  if (!parsed.ok) throw new Error(`${file} is not valid`);
  return lintPolicy(parsed.document).map(({ location, code }) => `${location.range.start.line} ${code}`);
}

describe.skipIf(!existsSync(UPSTREAM))('the public example policies (skipped without ../shared)', () => {
  it.each([
    ['gemini-jack-defense.yaml', 67, 17],
    ['gemini-jack-defense.yaml', 74, 17],
    ['read-only.yaml', 68, 20],
  ])('%s has a look-ahead in line %i, column %i', (file, line, column) => {
    const parsed = parsePolicy(readFileSync(join(UPSTREAM, file), 'utf8'), file);
    const found = parsed.ok ? lintPolicy(parsed.document) : [];
    const places = found
      .filter(({ code, severity }) => code === 'invalid-pattern' && severity === 'error')
      .map(({ location }) => [location.range.start.line, location.range.start.column]);
    expect(places).toContainEqual([line, column]);
  });

  it('has a second statement where SELECT is all that is asked for', () => {
    for (const [file, line] of [
      ['agent.yaml', 162],
      ['agent-monitor.yaml', 57],
      ['tutorial-agent.yaml', 21],
    ] as const) {
      const text = readFileSync(join(UPSTREAM, file), 'utf8');
      expect(summarize(text, file)).toContain(`${line} newline-or-second-command`);
    }
  });
});

const corpus = [...readFolder(VALID), ...readFolder(UPSTREAM)].map(([, text]) => text);

/** Texts that turn up in mutated policies: what rules look for, and what YAML trips over. */
const SNIPPETS = [
  '^',
  '$',
  '|',
  '.*',
  '(?i)',
  '\\',
  "'",
  '"',
  '\u200b',
  'а',
  '..',
  '*',
  '&a ',
  '\n',
  ': ',
  '- ',
  '(',
  '[',
  '0',
];

const mutated = fc
  .tuple(
    fc.constantFrom(...corpus),
    fc.array(
      fc.tuple(fc.nat(), fc.nat(12), fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ maxLength: 6 }))),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((current, [at, length, insert]) => {
      const start = at % (current.length + 1);
      return current.slice(0, start) + insert + current.slice(start + length);
    }, text),
  );

describe('any policy', () => {
  it('is linted without a failure, twice the same, in order, and with fixes inside the text', {
    timeout: 60_000,
  }, () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const parsed = parsePolicy(text, 'policy.yaml');
        if (!parsed.ok) return;
        const found = lintPolicy(parsed.document, { preset: 'all' });
        expect(JSON.stringify(lintPolicy(parsed.document, { preset: 'all' }))).toBe(JSON.stringify(found));
        for (const { location, fixes } of found) {
          expect(location.range.start.offset).toBeLessThanOrEqual(location.range.end.offset);
          expect(location.range.end.offset).toBeLessThanOrEqual(text.length);
          for (const { edits } of fixes) {
            const fixed = applyEdits(text, edits);
            expect(parsePolicy(fixed, 'policy.yaml').ok, fixed).toBe(true);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('has findings of a preset that are also findings of the stricter ones', () => {
    for (const text of corpus) {
      const parsed = parsePolicy(text, 'policy.yaml');
      if (!parsed.ok) continue;
      const counts = PRESETS.map((preset) => lintPolicy(parsed.document, { preset }).length);
      expect([...counts].sort((a, b) => a - b)).toEqual(counts);
    }
  });
});

describe('every rule', () => {
  it('is on in some preset', () => {
    expect(RULES.filter(({ meta }) => PRESETS.every((preset) => meta.severity[preset] === 'off'))).toEqual(
      [],
    );
  });
});
