import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareDiagnostics } from '@agentpolicy/core';
import { parsePolicy } from '@agentpolicy/spec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LintOptions, lintPolicy, PRESETS, RULES, readToolList } from '../src/index.ts';
import { applyEdits, completePolicy } from './lint-text.ts';
import { readExamples, readPage } from './read-page.ts';

const VALID = join(import.meta.dirname, '../../../fixtures/policies/valid');
const INVALID = join(import.meta.dirname, '../../../fixtures/policies/invalid');
const UPSTREAM = join(import.meta.dirname, '../../../../shared/upstream/policies');

/** A longer run: `LINT_FUZZ_RUNS=100000`. */
const RUNS = Number(process.env.LINT_FUZZ_RUNS ?? 600);

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

/** The findings at default severities that these policies deserve; they are valid, not beyond doubt. */
const DESERVED: Readonly<Record<string, readonly string[]>> = {
  'agent-tokens.yaml': ['8 unprotected-secrets'],
  'fail-open-bounded.yaml': ['6 unprotected-secrets', '9 rotation-disabled'],
  'local-identity.yaml': ['6 unprotected-secrets'],
  'minimal.yaml': ['6 empty-policy'],
  'monitor-rollout.yaml': ['6 monitor-block', '6 monitor-mode', '10 non-standard-denied-tools'],
  'pinned-tools.yaml': ['14 path-traversal'],
  'read-only-files.yaml': ['22 path-traversal'],
  'validation-server.yaml': ['8 unprotected-secrets', '12 long-token-ttl', '19 insecure-endpoint'],
};

describe('a valid policy of the fixtures', () => {
  it.each(readFolder(VALID))('%s has the findings that it deserves, and no other', (file, text) => {
    expect(summarize(text, file)).toEqual(DESERVED[file] ?? []);
  });
});

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

/** A policy's text, with what it is judged with. */
interface Seed {
  readonly text: string;
  readonly options: LintOptions;
}

const OPTIONS: LintOptions = { preset: 'all' };
const FILES = [VALID, INVALID, UPSTREAM]
  .flatMap(readFolder)
  .map(([, text]): Seed => ({ text, options: OPTIONS }));
const PAGES = RULES.flatMap(({ meta }) => {
  const { sections } = readPage(meta.name);
  const examples = ['Avoid', 'Prefer'].flatMap((section) => readExamples(sections.get(section) ?? ''));
  return examples.map(
    ({ policy, tools, publicKey }): Seed => ({
      text: completePolicy(policy),
      options: {
        ...OPTIONS,
        ...(tools === undefined ? {} : { tools: readToolList(tools, 'tools.json') }),
        ...(publicKey === undefined ? {} : { publicKey }),
      },
    }),
  );
});

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
  ' ',
  '/',
  'x{2,1001}',
];

/** Small numbers would nearly always hit the first lines, without which nothing is a policy. */
const place = fc.noBias(fc.nat());

type Mutation = (text: string) => string;

/** Anywhere: mostly what the reader refuses. */
const anywhere: fc.Arbitrary<Mutation> = fc
  .tuple(place, fc.nat(12), fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ maxLength: 6 })))
  .map(([at, length, insert]) => (text) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + insert + text.slice(start + length);
  });

/** A key or a dash, and a value behind it that is no fixed word. */
const VALUE =
  /^( *(?:- )?(?!apiVersion|kind|action|mode|type|scope)(?:['"]?[\w-]+['"]?: )?["']?)([^"'#\s][^"'#]*)/;

/** Inside a value: mostly a policy that is read, and differs from the one that it was. */
const inValue: fc.Arbitrary<Mutation> = fc
  .tuple(place, place, fc.nat(3), fc.constantFrom(...SNIPPETS))
  .map(([line, at, length, insert]) => (text) => {
    const lines = text.split('\n');
    const indices = lines.flatMap((each, index) =>
      /(?:: |- )\S/.test(each) && VALUE.test(each) ? [index] : [],
    );
    const index = indices[line % indices.length] ?? 0;
    const [whole = '', head = '', value = ''] = VALUE.exec(lines[index] ?? '') ?? [];
    const start = at % (value.length + 1);
    const rest = (lines[index] ?? '').slice(whole.length);
    lines[index] = head + value.slice(0, start) + insert + value.slice(start + length) + rest;
    return lines.join('\n');
  });

/** Whole lines: twice, elsewhere, or not at all. */
const wholeLine: fc.Arbitrary<Mutation> = fc
  .tuple(place, place, fc.constantFrom('copy', 'move', 'remove'))
  .map(([from, to, how]) => (text) => {
    const lines = text.split('\n');
    const at = from % lines.length;
    const [line = ''] = how === 'copy' ? lines.slice(at, at + 1) : lines.splice(at, 1);
    if (how !== 'remove') lines.splice(to % (lines.length + 1), 0, line);
    return lines.join('\n');
  });

const mutated = fc
  .tuple(
    fc.oneof(
      { arbitrary: fc.constantFrom(...FILES), weight: 1 },
      { arbitrary: fc.constantFrom(...PAGES), weight: 4 },
    ),
    fc.array(
      fc.oneof(
        { arbitrary: inValue, weight: 8 },
        { arbitrary: wholeLine, weight: 1 },
        { arbitrary: anywhere, weight: 1 },
      ),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(
    ([{ text, options }, edits]): Seed => ({
      text: edits.reduce((current, edit) => edit(current), text),
      options,
    }),
  );

describe('any policy', () => {
  it('is linted without a failure, twice the same, in order, and with fixes inside the text', {
    timeout: 60_000 + 100 * RUNS,
  }, () => {
    const reported = new Set<string>();
    let read = 0;
    fc.assert(
      fc.property(mutated, ({ text, options }) => {
        const parsed = parsePolicy(text, 'policy.yaml');
        if (!parsed.ok) return;
        read++;
        const found = lintPolicy(parsed.document, options);
        expect(JSON.stringify(lintPolicy(parsed.document, options))).toBe(JSON.stringify(found));
        expect([...found].sort(compareDiagnostics)).toEqual(found);
        for (const { code, location, fixes } of found) {
          reported.add(code);
          expect(location.range.start.offset).toBeLessThanOrEqual(location.range.end.offset);
          expect(location.range.end.offset).toBeLessThanOrEqual(text.length);
          for (const { edits } of fixes) {
            const fixed = applyEdits(text, edits);
            expect(parsePolicy(fixed, 'policy.yaml').ok, fixed).toBe(true);
          }
        }
      }),
      { numRuns: RUNS },
    );
    // Otherwise the mutations would only show that the reader refuses what is no policy.
    expect(read).toBeGreaterThan(RUNS / 4);
    expect(reported.size).toBeGreaterThan(RULES.length / 2);
  });

  it('has findings of a preset that are also findings of the stricter ones', () => {
    for (const { text } of [...FILES, ...PAGES]) {
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
