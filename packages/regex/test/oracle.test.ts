import { describe, expect, it } from 'vitest';
import { createOracle } from '../../../fixtures/regex/oracle.mjs';
import { createRandom, randomPattern, randomText } from '../../../fixtures/regex/random-patterns.mjs';
import { compilePattern, parsePattern } from '../src/index.ts';
import { loadProgram } from '../src/match/index.ts';

const PATTERNS = 500;
const TEXTS = 10;
const SEED = 20_251;

describe(`random patterns against re2js, seed ${SEED}`, () => {
  it('accepts the same patterns, matches the same texts, finds the same spans', () => {
    const random = createRandom(SEED);
    const differences: string[] = [];
    let compared = 0;
    for (let count = 0; count < PATTERNS; count++) {
      const source = randomPattern(random);
      const oracle = createOracle(source);
      const parsed = parsePattern(source);
      if (parsed.ok !== (oracle !== undefined)) differences.push(`accepted: ${source}`);
      if (!parsed.ok || oracle === undefined) continue;
      const match = loadProgram(JSON.parse(JSON.stringify(compilePattern(parsed.pattern))));
      const spans = loadProgram(JSON.parse(JSON.stringify(compilePattern(parsed.pattern, { use: 'spans' }))));
      for (let left = TEXTS; left > 0; left--) {
        const text = randomText(random);
        const expected = oracle.test(text);
        const found = spans.findAll(text).map(({ start, end }) => `${start}-${end}`);
        if (match.test(text) !== expected || spans.test(text) !== expected) {
          differences.push(`match: ${source} on ${JSON.stringify(text)}`);
        }
        if (found.join(' ') !== oracle.spans(text))
          differences.push(`spans: ${source} on ${JSON.stringify(text)}`);
        compared++;
      }
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(PATTERNS * TEXTS * 0.9);
  });
});
