import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../src/index.ts';

const MIB = 1_048_576;
const HEAD = 'apiVersion: aip.io/v1alpha3\nkind: AgentPolicy\nmetadata:\n  name: x\nspec:\n';

function fill(part: string, before = '', after = ''): string {
  return before + part.repeat(Math.floor((MIB - before.length - after.length) / part.length)) + after;
}

function count(many: number, write: (index: number) => string, separator: string): string {
  return Array.from({ length: many }, (_, index) => write(index)).join(separator);
}

/** A text, and the code of a finding that it must have; undefined for a text that is a policy. */
const HOSTILE: Readonly<Record<string, readonly [text: string, code: string | undefined]>> = {
  '100,000 unknown keys': [HEAD + count(85_000, (index) => `  k${index}: v`, '\n'), 'too-many-findings'],
  '100,000 keys': [count(100_000, (index) => `k${index}: `, '\n'), 'unknown-field'],
  '85,000 arguments': [
    `${HEAD}  tool_rules: [{ tool: a, allow_args: {${count(85_000, (index) => `k${index}: v`, ',')}} }]`,
    undefined,
  ],
  '100,000 tools': [`${HEAD}  allowed_tools: [${count(100_000, (index) => `t${index}`, ',')}]`, undefined],
  '40,000 rules of one tool': [
    `${HEAD}  tool_rules:\n${count(40_000, () => '  - tool: t', '\n')}`,
    'duplicate-tool-rule',
  ],
  'repeated keys': [HEAD + fill('  a: b\n').slice(0, 560_000), 'duplicate-key'],
  'a bomb of aliases': [
    `- &a0 [x]\n${count(40, (index) => `- &a${index + 1} [${count(9, () => `*a${index}`, ',')}]`, '\n')}`,
    'alias-expansion',
  ],
  'many aliases': [fill('*a,', '[&a x,', ']').slice(0, 600_000), 'alias-expansion'],
  'aliases in a list': [`${HEAD}  allowed_tools: [&a x${',*a'.repeat(180_000)}]`, 'alias-expansion'],
  'a list of wrong items': [`${HEAD}  allowed_tools: [${'1,'.repeat(150_000)}]`, 'too-many-findings'],
  'a list of wrong rules': [`${HEAD}  tool_rules: [${'x,'.repeat(150_000)}]`, 'too-many-findings'],
  'a mapping of wrong patterns': [
    `${HEAD}  tool_rules: [{ tool: a, allow_args: {${count(80_000, (index) => `k${index}: 1`, ',')}} }]`,
    'too-many-findings',
  ],
  'many anchors on one value': [fill('&a\n'), 'yaml-syntax'],
  'many tags on one value': [fill('!a '), 'yaml-syntax'],
  '10,000 brackets': ['['.repeat(10_000), 'too-deep'],
  'a MiB of brackets': [fill('['), 'too-deep'],
  'a MiB of braces': [fill('{'), 'too-deep'],
  'a MiB of brackets in a scalar': [fill('[', `${HEAD}  mode: |\n    `), 'unknown-value'],
  'a MiB of pairs of brackets': [fill('[]', `${HEAD}  allowed_tools: [`, ']'), 'too-complex'],
  'a MiB of dashes': [fill('- '), 'too-complex'],
  'a MiB of question marks': [fill('? '), 'too-complex'],
  'a MiB of colons': [fill('a: '), 'too-complex'],
  'a MiB of quotes': [fill('"'), 'yaml-syntax'],
  'a MiB of wrong escapes': [fill('\\d', '"', '"'), 'too-many-findings'],
  'a MiB of commas': [fill(',', '['), 'too-complex'],
  'a MiB of documents': [fill('---\n'), 'several-documents'],
  'a MiB of directives': [fill('%\n'), 'too-complex'],
  'a MiB of line breaks': [fill('\n'), 'too-complex'],
  'a MiB of control characters': [fill('\0'), 'control-character'],
  'a long duration': [fill('1h', `${HEAD}  identity: {token_ttl: "`, '"}'), 'bad-format'],
  'a long URL': [fill('/', `${HEAD}  registry: {endpoint: "https://x`, ' "}'), 'bad-format'],
  'a long enumeration': [fill('x', `${HEAD}  mode: `), 'unknown-value'],
};

describe('a hostile text', () => {
  // Each takes a second or less of a free core; a quadratic reader runs into the runner's time limit.
  it.each(Object.entries(HOSTILE))('%s is answered in time', (_, [text, code]) => {
    const parsed = parsePolicy(text, 'f');
    const codes = parsed.ok ? [] : parsed.diagnostics.map((each) => each.code);
    expect(codes.length).toBeLessThanOrEqual(1_001);
    if (code === undefined) expect(codes).toEqual([]);
    else expect(codes).toContain(code);
  });
});

const fixtures = fileURLToPath(new URL('../../../fixtures/policies/', import.meta.url));
const corpus = ['valid', 'invalid'].flatMap((folder) =>
  readdirSync(fixtures + folder)
    .filter((name) => !name.endsWith('.txt'))
    .map((name) => readFileSync(`${fixtures}${folder}/${name}`, 'utf8')),
);

const SNIPPETS = [
  '\n',
  '  ',
  '\t',
  ': ',
  '- ',
  '? ',
  '|',
  '>-',
  '"',
  "'",
  '\\',
  '#',
  ' #',
  '&a ',
  '*a',
  '!!str ',
  '!x ',
  '<<: ',
  '[',
  ']',
  '{',
  '}',
  ',',
  '---\n',
  '...',
  '%YAML 1.2\n',
  '\ufeff',
  '\0',
  '\r',
  '\ud800',
  '~',
  'null',
  '1.0',
  '.nan',
  '.inf',
  '0x1',
  '__proto__: ',
  'constructor: ',
  'toString: ',
  'apiVersion',
  'spec:\n',
];

const mutated = fc
  .tuple(
    fc.constantFrom(...corpus),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(12),
        fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ maxLength: 4, unit: 'binary' })),
      ),
      { minLength: 1, maxLength: 6 },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((changed, [place, removed, inserted]) => {
      const at = place % (changed.length + 1);
      return changed.slice(0, at) + inserted + changed.slice(at + removed);
    }, text),
  );

function checkAnswer(text: string): void {
  const parsed = parsePolicy(text, 'f');
  if (parsed.ok) {
    expect(parsed.document.hash).toMatch(/^[0-9a-f]{64}$/);
    return;
  }
  expect(parsed.diagnostics.length).toBeGreaterThan(0);
  for (const { message, location, help, severity } of parsed.diagnostics) {
    expect(severity).toBe('error');
    expect(message).toMatch(/^[^\n\r\0]+[^.\n]$/);
    expect(help).toMatch(/^[^\n\r\0]+$/);
    const { start, end } = location.range;
    expect(start.offset).toBeLessThanOrEqual(end.offset);
    expect(end.offset).toBeLessThanOrEqual(text.length);
  }
}

describe('parsePolicy', () => {
  it('answers every mutation of the corpus', () => {
    fc.assert(fc.property(mutated, checkAnswer), { numRuns: 2_000 });
  });

  it('answers every text', () => {
    const soup = fc
      .array(fc.constantFrom(...SNIPPETS, 'a', 'b c'), { maxLength: 30 })
      .map((parts) => parts.join(''));
    fc.assert(fc.property(fc.oneof(soup, fc.string({ unit: 'binary', maxLength: 200 })), checkAnswer), {
      numRuns: 2_000,
    });
  });

  it('gives the same answer to the same text', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        expect(JSON.stringify(parsePolicy(text, 'f'))).toBe(JSON.stringify(parsePolicy(text, 'f')));
      }),
      { numRuns: 200 },
    );
  });
});
