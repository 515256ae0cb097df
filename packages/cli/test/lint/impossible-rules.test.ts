import { compilePolicy } from '@agentpolicy/compiler';
import { toJsonObject } from '@agentpolicy/core';
import { createEngine } from '@agentpolicy/engine';
import { createLinter } from '@agentpolicy/lint';
import { createLanguage, findWitness, type Language, parsePattern } from '@agentpolicy/regex';
import { parsePolicy } from '@agentpolicy/spec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const linter = createLinter();

/** Pieces of paths and of patterns for them, around what is protected and beside it. */
const piece = fc.constantFrom(
  '/etc',
  '/root',
  '/srv',
  '~/\\.ssh',
  '\\.env',
  '\\.\\.',
  '/',
  '/[a-z]+',
  '/[a-z]*',
  '(?:/etc|/root)',
  '(?:\\.[a-z]+)?',
  '[-~]x',
  'a',
  '.?',
  'secrets',
);
const pattern = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => `^${pieces.join('')}$`);
const paths = fc.uniqueArray(
  fc.constantFrom('/etc', '/etc/', '/root', '~/.ssh', '.env', './secrets', 'srv/secrets', '..', '.'),
  { minLength: 1, maxLength: 3 },
);

/** Shortest texts that a pattern accepts, each another one than those before. */
function listTexts(source: string, count: number): readonly string[] {
  const texts: string[] = [];
  const known: Language[] = [];
  while (texts.length < count) {
    const found = findWitness({ in: [createLanguageOf(source)], notIn: known });
    if (found.kind !== 'found') break;
    texts.push(found.text);
    known.push(createLanguageOf(`\\A\\Q${found.text}\\E\\z`));
  }
  return texts;
}

function createLanguageOf(source: string): Language {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(`no pattern: ${source}`);
  return createLanguage(parsed.pattern);
}

describe('a pattern that no call can satisfy', () => {
  it('is one whose texts the engine refuses, every one', { timeout: 120_000 }, () => {
    let reported = 0;
    fc.assert(
      fc.property(pattern, paths, (source, protectedPaths) => {
        const text = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: random }
spec:
  protected_paths: ${JSON.stringify(protectedPaths)}
  tool_rules:
    - tool: read_file
      allow_args:
        path: ${JSON.stringify(source)}
`;
        const parsed = parsePolicy(text, 'policy.yaml');
        if (!parsed.ok) throw new Error(`no policy:\n${text}`);
        if (!linter.lint(parsed.document).some(({ code }) => code === 'impossible-pattern')) return;
        reported++;
        const compiled = compilePolicy(parsed.document);
        if (!compiled.ok) throw new Error(`no table:\n${text}`);
        const engine = createEngine(compiled.table, {
          clock: () => 0,
          home: '/home/someone',
          cwd: '/work/project',
          foldCase: false,
          ownFiles: [],
        });
        for (const path of listTexts(source, 12)) {
          const call = { name: 'read_file', args: toJsonObject({ path }) };
          expect(engine.decideToolCall(call).decision, `${path}\n${text}`).toBe('BLOCK');
        }
      }),
      { numRuns: 2000 },
    );
    expect(reported).toBeGreaterThan(20);
  });
});
