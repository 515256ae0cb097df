import { createLinter, RULES } from '@agentpolicy/lint';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyText } from '../../src/files/classify-text.ts';
import { createEmbeddedFinder } from '../../src/lint/config-map/find-embedded.ts';
import { createConfigMapJudge } from '../../src/lint/config-map/judge-config-map.ts';
import { fixText } from '../../src/lint/fix/fix-text.ts';
import { withIgnores } from '../../src/lint/ignores/apply-ignores.ts';
import { createPolicyJudge } from '../../src/lint/judge/judge-policy.ts';
import { randomPolicy } from './random-policy.ts';

const policyJudge = createPolicyJudge('file.yaml', createLinter({ preset: 'all' }));
const mapJudge = createConfigMapJudge('file.yaml', policyJudge, createEmbeddedFinder());
const known = new Set(RULES.map(({ meta }) => meta.name));
const judges = [policyJudge, mapJudge].map((judge) =>
  withIgnores(judge, 'file.yaml', { known, hasRun: () => true }),
);

function embed(policy: string, indent: number, before: string): string {
  const lines = policy.replace(/^(?=.)/gm, ' '.repeat(indent));
  return `${before}apiVersion: v1\nkind: ConfigMap\ndata:\n  note: a\n  policy.yaml: |\n${lines}  other: b\n`;
}

const embedding = fc.tuple(
  randomPolicy,
  fc.constantFrom(3, 4, 7),
  fc.constantFrom('', '# a comment\n', 'kind: Service\n---\n'),
);

describe('a policy in a ConfigMap', () => {
  it('has the findings that it has alone, on the same text', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(embedding, ([policy, indent, before]) => {
        const file = embed(policy, indent, before);
        const alone = policyJudge(policy);
        const inside = mapJudge(file);
        expect(inside.readable).toBe(alone.readable);
        const shown = ({ code, message }: { code: string; message: string }) => `${code} ${message}`;
        expect(inside.diagnostics.map(shown)).toEqual(alone.diagnostics.map(shown));
        for (const [at, { location }] of inside.diagnostics.entries()) {
          const range = alone.diagnostics[at]?.location.range;
          const unindent = (text: string): string => text.replaceAll(`\n${' '.repeat(indent)}`, '\n');
          const marked = unindent(file.slice(location.range.start.offset, location.range.end.offset));
          expect(marked).toBe(policy.slice(range?.start.offset, range?.end.offset));
        }
      }),
      { numRuns: 80 },
    );
  });

  it('is fixed as it is alone, but for changes at its very end', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(embedding, ([policy, indent, before]) => {
        // A comment keeps every change away from the end.
        const closed = `${policy}# end\n`;
        const alone = fixText(closed, policyJudge, 'safe').text;
        const inside = fixText(embed(closed, indent, before), mapJudge, 'safe').text;
        expect(inside).toBe(embed(alone, indent, before));
      }),
      { numRuns: 40 },
    );
  });
});

const SNIPPETS = [
  '# aip-ignore: x -- y',
  '\n---\n',
  '|',
  '"',
  '\r\n',
  ': ',
  '- ',
  '&a',
  '*a',
  '{',
  '\ufeff',
  '\t',
  '\ud800',
];

const mutated = fc
  .tuple(
    embedding,
    fc.boolean(),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 8 }), fc.constantFrom(...SNIPPETS)), { maxLength: 4 }),
  )
  .map(([[policy, indent, before], inside, edits]) =>
    edits.reduce(
      (text, [at, length, insert]) => {
        const start = at % (text.length + 1);
        return text.slice(0, start) + insert + text.slice(start + length);
      },
      inside ? embed(policy, indent, before) : policy,
    ),
  );

describe('any text', () => {
  it('is judged and fixed without a failure, and twice the same', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(mutated, (text) => {
        classifyText(text);
        for (const judge of judges) {
          const first = judge(text);
          expect(JSON.stringify(judge(text).diagnostics)).toBe(JSON.stringify(first.diagnostics));
          for (const { location } of first.diagnostics) {
            expect(location.range.start.offset).toBeLessThanOrEqual(location.range.end.offset);
            expect(location.range.end.offset).toBeLessThanOrEqual(text.length);
          }
          const { text: fixed } = fixText(text, judge, 'unsafe');
          if (first.readable) expect(judge(fixed).readable).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});
