import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareDiagnostics } from '@agentpolicy/core';
import { parsePolicy } from '@agentpolicy/spec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lintPolicy, PRESETS, RULES } from '../src/index.ts';
import { applyEdits } from './lint-text.ts';
import { FILES, mutatedPolicy, PAGES, readFolder, UPSTREAM, VALID } from './mutated-policy.ts';

/** A longer run: `LINT_FUZZ_RUNS=100000`. */
const RUNS = Number(process.env.LINT_FUZZ_RUNS ?? 600);

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

describe('any policy', () => {
  it('is linted without a failure, twice the same, in order, and with fixes inside the text', {
    timeout: 60_000 + 100 * RUNS,
  }, () => {
    const reported = new Set<string>();
    let read = 0;
    fc.assert(
      fc.property(mutatedPolicy, ({ text, options }) => {
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
