import { describe, expect, it } from 'vitest';
import { parseValid } from '../../test/lint-text.ts';
import { LintError } from '../lint-error.ts';
import { createLinter, type LintOptions, lintPolicy } from './create-linter.ts';

const document = parseValid(`apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata:
  name: example
spec:
  allowed_tools: [a, A]
  denied_tools: [b]
`);

function codes(options: LintOptions): readonly string[] {
  return lintPolicy(document, options).map(({ severity, code }) => `${severity} ${code}`);
}

function failure(options: LintOptions): string {
  try {
    createLinter(options);
  } catch (error) {
    if (error instanceof LintError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('lintPolicy', () => {
  it('counts findings as the preset says', () => {
    expect(codes({})).toContain('warning duplicate-entry');
    expect(codes({ preset: 'strict' })).toContain('error duplicate-entry');
  });

  it('lets the configuration change a severity or turn a rule off', () => {
    const options: LintOptions = {
      rules: { 'duplicate-entry': { severity: 'info' }, 'non-standard-denied-tools': { severity: 'off' } },
    };
    expect(codes(options)).toContain('info duplicate-entry');
    expect(codes(options).join()).not.toContain('non-standard-denied-tools');
  });

  it('names the page of the rule in the help', () => {
    const [found] = lintPolicy(document);
    expect(found?.help).toMatch(/; see docs\/rules\/duplicate-entry\.md$/);
  });

  it.each<[string, LintOptions]>([
    [
      'unknown-rule: there is no rule `duplicate-entries`; did you mean `duplicate-entry`?',
      { rules: { 'duplicate-entries': {} } },
    ],
    ['unknown-rule: there is no rule `constructor`', { rules: { constructor: {} } }],
    [
      'unknown-option: rule `duplicate-entry` has no option `depth`: it has none',
      { rules: { 'duplicate-entry': { options: { depth: 1 } } } },
    ],
    [
      'unknown-option: rule `unanchored-pattern` has no option `prefix`: it has `allowPrefixes`',
      { rules: { 'unanchored-pattern': { options: { prefix: true } } } },
    ],
    [
      'bad-option: option `allowPrefixes` of rule `unanchored-pattern` must be true or false',
      { rules: { 'unanchored-pattern': { options: { allowPrefixes: 'yes' } } } },
    ],
    [
      'bad-option: option `methods` of rule `unknown-method` must be a list of strings',
      { rules: { 'unknown-method': { options: { methods: [1] } } } },
    ],
  ])('%s', (message, options) => {
    expect(failure(options)).toBe(message);
  });
});

describe('a policy with very many findings', () => {
  const rules = (count: number): string =>
    Array.from({ length: count }, (_, at) => `    - { tool: t${at}, allow_args: { a: x${at} } }\n`).join('');
  const head =
    'apiVersion: aip.io/v1alpha1\nkind: AgentPolicy\nmetadata: { name: a }\nspec:\n  tool_rules:\n';
  const count = (text: string): readonly [findings: number, notes: readonly string[]] => {
    const found = lintPolicy(parseValid(head + text));
    const notes = found.filter(({ code }) => code === 'too-many-findings');
    return [
      found.filter(({ code }) => code === 'unanchored-pattern').length,
      notes.map(({ severity, message }) => `${severity} ${message}`),
    ];
  };

  it('shows a thousand of a rule, and says that there are more', () => {
    expect(count(rules(1_000))).toEqual([1_000, []]);
    const [findings, notes] = count(rules(1_001));
    expect(findings).toBe(1_000);
    expect(notes).toContain(
      'error `unanchored-pattern` finds more than 1000 places in this policy: the others are not shown',
    );
  });
});

describe('a linter that has seen other policies', () => {
  // Long enough that the automaton is not computed at once, and that two of them are compared.
  const huge = (letter: string): string => `(?:.*${letter}.{9}){3}`;
  const write = (name: string, patterns: readonly string[]): string =>
    [
      'apiVersion: aip.io/v1alpha1',
      'kind: AgentPolicy',
      `metadata: { name: ${name} }`,
      'spec:',
      '  protected_paths: [~/.ssh, .git, /srv/data]',
      '  tool_rules:',
      ...patterns.flatMap((pattern, at) => [
        `    - tool: tool_${at}`,
        `      allow_args: { path: ${JSON.stringify(pattern)}, url: ${JSON.stringify(`${pattern}|^https://git`)} }`,
      ]),
      '',
    ].join('\n');
  const documents = [
    write('a', ['^/srv/data/[a-z]+$', '.git', huge('a'), '^$.']),
    write('b', ['^/srv/data/x$', huge('a'), huge('b'), '^~/.ssh/']),
    write('c', [huge('b'), '^/srv/data/[a-z]+$', '(a', '^https://git.example.com/']),
  ].map((text) => parseValid(text));

  it('finds in each what a new one finds', () => {
    const fresh = documents.map((each) => lintPolicy(each));
    expect(fresh.flat().length).toBeGreaterThan(10);
    const linter = createLinter();
    for (const order of [documents, documents.toReversed(), [...documents, ...documents]]) {
      for (const each of order) expect(linter.lint(each)).toEqual(fresh[documents.indexOf(each)]);
    }
  });
});
