import { toJsonObject } from '@agentpolicy/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSpec } from '../../../analysis/test/tables.ts';
import { acknowledge } from '../../src/diff/acknowledge/acknowledge.ts';
import type { ComparedPolicy } from '../../src/diff/compared-policy.ts';
import { compare } from '../../src/diff/comparison.ts';
import { startDecider } from '../../src/diff/replay.ts';
import { captureContext } from '../lint/lint-in-folder.ts';

const TOOLS = ['t', 'u'];
const TEXTS = ['', 'a', 'b', 'c', 'aa', 'ab', 'ba', 'abc', '\n'];
const PATTERNS = ['^a$', '^[ab]$', '^(a|b)$', 'a', '^a', '^.$', '^[a-c]+$', '', '(?s)^.*$'];

const rule = fc.record(
  {
    action: fc.constantFrom('allow', 'allow', 'ask', 'block'),
    strict_args: fc.boolean(),
    allow_args: fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom(...PATTERNS), { maxKeys: 2 }),
  },
  { noNullPrototype: true },
);
const spec = fc
  .record({
    mode: fc.constantFrom('enforce', 'enforce', 'enforce', 'monitor'),
    allowed: fc.subarray(TOOLS),
    rules: fc.array(fc.option(rule, { nil: undefined }), { minLength: 2, maxLength: 2 }),
  })
  .map(({ mode, allowed, rules }) => ({
    mode,
    allowed_tools: allowed,
    tool_rules: rules.flatMap((each, index) => (each === undefined ? [] : [{ tool: TOOLS[index], ...each }])),
  }));

const { context } = captureContext('/srv');

function asPolicy(value: object): ComparedPolicy {
  return {
    table: compileSpec(value),
    path: 'p.yaml',
    source: null,
    locate: () => null,
    label: 'p.yaml',
    file: null,
    settings: {},
  };
}

describe('what was acknowledged for one change', () => {
  it('covers another one only where both decide alike', () => {
    let covering = 0;
    fc.assert(
      fc.property(spec, spec, spec, (a, b, c) => {
        const [old, first, second] = [asPolicy(a), asPolicy(b), asPolicy(c)];
        const nothing = { shown: 'f', folder: '/srv', entries: [] };
        const { open } = acknowledge(context, [compare(context, old, first)], nothing, 'any', 0);
        const entries = open.map((each, line) => ({
          ...each,
          reason: 'r',
          owner: 'o',
          expires: '2000-01-01',
          line,
        }));
        const { covered } = acknowledge(
          context,
          [compare(context, old, second)],
          { ...nothing, entries },
          'any',
          0,
        );
        const one = startDecider(context, first.table);
        const other = startDecider(context, second.table);
        for (const key of covered.keys()) {
          if (key.kind !== 'calls' || key.tool === null) continue;
          covering++;
          for (const x of TEXTS)
            for (const y of [undefined, 'a', 'c'])
              for (const extra of [{}, { z: 'z' }]) {
                const args = toJsonObject({ x, ...(y === undefined ? {} : { y }), ...extra });
                expect(other(key.tool, args)).toBe(one(key.tool, args));
              }
        }
      }),
      { numRuns: 1500, seed: 11 },
    );
    expect(covering).toBeGreaterThan(50);
  });
});
