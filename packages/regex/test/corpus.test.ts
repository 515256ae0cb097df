import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createOracle } from '../../../fixtures/regex/oracle.mjs';
import { compilePattern, parsePattern } from '../src/index.ts';
import { type LoadedProgram, loadProgram } from '../src/match/index.ts';

interface Line {
  readonly pattern: string;
  readonly cases: readonly (readonly [text: string, matches: boolean, spans: string])[];
}

const lines: readonly Line[] = readFileSync(
  new URL('../../../fixtures/regex/corpus.jsonl', import.meta.url),
  'utf8',
)
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

function compile(source: string, use: 'match' | 'spans', states?: number): LoadedProgram {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(`${source}: ${parsed.error.message}`);
  const limits = states === undefined ? {} : { states };
  return loadProgram(JSON.parse(JSON.stringify(compilePattern(parsed.pattern, { use, limits }))));
}

/** Every line of the corpus that some answer differs from, as `what: pattern on text`. */
function findDifferences(answer: (line: Line) => (text: string) => [boolean, string | undefined]): string[] {
  const out: string[] = [];
  for (const line of lines) {
    const ask = answer(line);
    for (const [text, matches, spans] of line.cases) {
      const [matched, found] = ask(text);
      if (matched !== matches) out.push(`match: ${line.pattern} on ${JSON.stringify(text)}`);
      if (found !== undefined && found !== spans)
        out.push(`spans: ${line.pattern} on ${JSON.stringify(text)}`);
    }
  }
  return out;
}

describe('the corpus', () => {
  it('has thousands of pairs', () => {
    expect(lines.reduce((sum, { cases }) => sum + cases.length, 0)).toBeGreaterThan(4000);
  });

  it('is what re2js answers', () => {
    const differences = findDifferences(({ pattern }) => {
      const oracle = createOracle(pattern);
      return (text) => [oracle?.test(text) ?? false, oracle?.spans(text)];
    });
    expect(differences).toEqual([]);
  });

  it('is what the engine for matching answers', () => {
    const differences = findDifferences(({ pattern }) => {
      const program = compile(pattern, 'match');
      return (text) => [program.test(text), undefined];
    });
    expect(differences).toEqual([]);
  });

  it('is what the automaton that is built while it runs answers', () => {
    const differences = findDifferences(({ pattern }) => {
      const program = compile(pattern, 'match', 0);
      return (text) => [program.test(text), undefined];
    });
    expect(differences).toEqual([]);
  });

  it('is what the simulated program answers', () => {
    const differences = findDifferences(({ pattern }) => {
      const parsed = parsePattern(pattern);
      if (!parsed.ok) throw new Error(pattern);
      const limits = { states: 0, lazyInstructions: 0 };
      const program = loadProgram(compilePattern(parsed.pattern, { limits }));
      return (text) => [program.test(text), undefined];
    });
    expect(differences).toEqual([]);
  });

  it('is what the finder of spans answers', () => {
    const differences = findDifferences(({ pattern }) => {
      const program = compile(pattern, 'spans');
      return (text) => [
        program.test(text),
        program
          .findAll(text)
          .map(({ start, end }) => `${start}-${end}`)
          .join(' '),
      ];
    });
    expect(differences).toEqual([]);
  });
});
