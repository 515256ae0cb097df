import { parsePolicy } from '@agentpolicy/spec';
import { describe, expect, it } from 'vitest';
import { lintPolicy } from '../src/index.ts';
import { completePolicy, parseValid } from './lint-text.ts';

/** Rules with one pattern each, up to about a size. */
function fillPolicy(bytes: number, writePattern: (index: number) => string): string {
  const lines = ['spec:', '  tool_rules:'];
  let size = 0;
  for (let index = 0; size < bytes; index++) {
    const rule = `    - tool: t${index}\n      allow_args:\n        command: '${writePattern(index)}'`;
    lines.push(rule);
    size += rule.length + 1;
  }
  return completePolicy(`${lines.join('\n')}\n`);
}

describe('a policy of the greatest size', () => {
  it.each([
    ['with a different pattern in each rule', (index: number) => `^(?:ls|cat${index}) [A-Za-z0-9_./$-]+$`],
    ['with patterns whose automata are large', (index: number) => `^(a|b|$)*a(a|b|;){${(index % 20) + 10}}$`],
    [
      'with patterns that are nested deeply',
      (index: number) => `^${'(?:a|'.repeat(60)}b${index}${')*'.repeat(60)}$`,
    ],
  ])(
    'is linted in bounded time %s',
    (_, writePattern) => {
      const parsed = parsePolicy(fillPolicy(1_000_000, writePattern), 'policy.yaml');
      expect(parsed.ok).toBe(true);
      if (parsed.ok) lintPolicy(parsed.document);
    },
    60_000,
  );

  it('is told that not everything was compared, always after the same number of questions', () => {
    const document = parseValid(fillPolicy(1_000_000, (index) => `^(?:ls|cat${index}) [A-Za-z0-9_./$-]+$`));
    const limits = (): readonly string[] =>
      lintPolicy(document)
        .filter(({ code }) => code === 'analysis-limit')
        .map(({ severity, message }) => `${severity} ${message}`);
    expect(limits()).toEqual([
      'warning the policy has too many or too complex patterns to compare them all: some findings may be missing',
    ]);
    expect(limits()).toEqual(limits());
  }, 60_000);
});
