import { createLanguage, isSubset, parsePattern } from '@agentpolicy/regex';
import { parsePolicy } from '@agentpolicy/spec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLinter } from '../src/index.ts';
import { applyEdits, completePolicy, parseValid, withPattern } from './lint-text.ts';

const linter = createLinter({ preset: 'all' });

/** Applies the first safe fix of the first finding that has one, until there is none; the texts on the way. */
function fixSafely(text: string): readonly string[] {
  const texts = [text];
  for (let round = 0; round < 20; round++) {
    const current = texts.at(-1) ?? '';
    const fixes = linter.lint(parseValid(current)).flatMap((finding) => finding.fixes);
    const safe = fixes.find((fix) => fix.safety === 'safe');
    if (safe === undefined) return texts;
    texts.push(applyEdits(current, safe.edits));
  }
  throw new Error(`fixing does not end:\n${texts.at(-1)}`);
}

function readPattern(text: string): string {
  const parsed = parsePolicy(text, 'policy.yaml');
  const pattern = parsed.ok ? parsed.document.listAllowedArguments(0)[0]?.pattern : undefined;
  if (pattern === undefined) throw new Error(`no pattern in:\n${text}`);
  return pattern;
}

function isNarrower(after: string, before: string): boolean {
  const inner = parsePattern(after);
  const outer = parsePattern(before);
  if (!inner.ok || !outer.ok) return false;
  return isSubset(createLanguage(inner.pattern), createLanguage(outer.pattern)).answer === 'yes';
}

/** Pieces that rules about patterns care for. */
const piece = fc.constantFrom(
  'a',
  'b+',
  '[a-z]',
  '.',
  '.*',
  '\\.',
  '|',
  '^',
  '$',
  '(?i)',
  'api.example.com',
  'https://',
  '/srv/',
  '\\d{2}',
  '(?:x|y)',
  '\\Q.\\E',
);
const pattern = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));

describe('safe fixes', () => {
  it('only ever take texts away from a pattern, and come to an end', () => {
    fc.assert(
      fc.property(pattern, fc.constantFrom('url', 'path', 'value'), (source, argument) => {
        if (!parsePattern(source).ok) return;
        const texts = fixSafely(completePolicy(withPattern(source, argument)));
        for (const [index, text] of texts.entries()) {
          const before = texts[index - 1];
          if (before === undefined) continue;
          expect(isNarrower(readPattern(text), readPattern(before)), `${before}\n${text}`).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('leave everything alone that they are not about', () => {
    const policy = completePolicy(`# A policy.
spec:
  mode: monitor # for now
  allowed_tools:
    - read_file # first
    - list_files
    - Read_File # again
  tool_rules:
    - tool: "bash"
      rate_limit: '5/hour'
    - tool: fetch_url # docs only
      allow_args:
        url: "https://docs.example\\\\.com/" # the docs
        name: 'it''s'
`);
    const fixed = fixSafely(policy).at(-1);
    expect(fixed).toBe(
      completePolicy(`# A policy.
spec:
  mode: monitor # for now
  allowed_tools:
    - read_file # first
    - list_files
  tool_rules:
    - tool: "bash"
      action: ask
      rate_limit: '5/hour'
    - tool: fetch_url # docs only
      strict_args: true
      allow_args:
        url: "^https://docs\\\\.example\\\\.com/" # the docs
        name: '^it''s$'
`),
    );
  });
});

describe('a fix that makes a rule narrower', () => {
  const policy = (mode: string, action: string): string =>
    completePolicy(
      `spec:\n  mode: ${mode}\n  tool_rules:\n    - tool: fetch_url\n      action: ${action}\n      allow_args:\n        url: 'https://api.example.com/|b'\n        path: '^/srv/.*'\n        value: '^a|b$'\n`,
    );
  const listSafeties = (text: string): ReadonlySet<string> =>
    new Set(linter.lint(parseValid(text)).flatMap(({ fixes }) => fixes.map(({ safety }) => safety)));

  it.each([
    ['enforce', 'allow', 'safe'],
    ['enforce', 'ask', 'safe'],
    ['monitor', 'allow', 'safe'],
    // What fails the rule is forwarded there without the question.
    ['monitor', 'ask', 'unsafe'],
  ])('in %s mode, of a rule with action %s, is %s', (mode, action, safety) => {
    expect([...listSafeties(policy(mode, action))]).toEqual([safety]);
  });
});
