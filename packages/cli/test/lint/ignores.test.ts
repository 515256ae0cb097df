import { createLinter, RULES } from '@agentpolicy/lint';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixText } from '../../src/lint/fix/fix-text.ts';
import { withIgnores } from '../../src/lint/ignores/apply-ignores.ts';
import { createPolicyJudge } from '../../src/lint/judge/judge-policy.ts';
import { TWICE } from './lint-in-folder.ts';

const known = new Set(RULES.map(({ meta }) => meta.name));
const judge = withIgnores(createPolicyJudge('policy.yaml', createLinter()), 'policy.yaml', {
  known,
  hasRun: (rule) => rule !== 'monitor-mode',
});

/** The findings as `line:column code`, and in brackets those that are ignored, with their reason. */
function summarize(text: string): readonly string[] {
  const { diagnostics, suppressed } = judge(text);
  const shown = diagnostics.map(
    ({ code, location: { range } }) => `${range.start.line}:${range.start.column} ${code}`,
  );
  const hidden = suppressed.map(
    ({ diagnostic, reason }) => `(${diagnostic.location.range.start.line} ${diagnostic.code}: ${reason})`,
  );
  return [...shown, ...hidden];
}

const SECOND = '    - list_issues\n    - list_issues';
const put = (text: string): string => TWICE.replace(SECOND, text);

describe('an ignore', () => {
  it.each<[string, string, readonly string[]]>([
    ['nothing ignores by itself', TWICE, ['8:7 duplicate-entry']],
    [
      'behind the value',
      put(`${SECOND} # aip-ignore: duplicate-entry -- a test`),
      ['(8 duplicate-entry: a test)'],
    ],
    [
      'on the line before',
      put('    - list_issues\n    # aip-ignore: duplicate-entry -- a test\n    - list_issues'),
      ['(9 duplicate-entry: a test)'],
    ],
    [
      'above other comments',
      put('    - list_issues\n    # aip-ignore: duplicate-entry -- a -- b\n    # more\n    - list_issues'),
      ['(10 duplicate-entry: a -- b)'],
    ],
    [
      'on the line of another finding',
      put('    - list_issues # aip-ignore: duplicate-entry -- a test\n    - list_issues'),
      ['7:33 stale-ignore', '8:7 duplicate-entry'],
    ],
    [
      'of several rules',
      put(`${SECOND} # aip-ignore: empty-name, duplicate-entry -- x`),
      ['8:33 stale-ignore', '(8 duplicate-entry: x)'],
    ],
    [
      'without a reason',
      put(`${SECOND} # aip-ignore: duplicate-entry`),
      ['8:7 duplicate-entry', '8:19 malformed-ignore'],
    ],
    [
      'with an empty reason',
      put(`${SECOND} # aip-ignore: duplicate-entry -- `),
      ['8:7 duplicate-entry', '8:19 malformed-ignore'],
    ],
    [
      'without a rule',
      put(`${SECOND} # aip-ignore: -- because`),
      ['8:7 duplicate-entry', '8:19 malformed-ignore'],
    ],
    [
      'without a colon',
      put(`${SECOND} # aip-ignore duplicate-entry -- x`),
      ['8:7 duplicate-entry', '8:19 malformed-ignore'],
    ],
    [
      'of an unknown rule',
      put(`${SECOND} # aip-ignore: duplicate-entrie -- x`),
      ['8:7 duplicate-entry', '8:33 unknown-ignore'],
    ],
    ['of a rule that has not run', put('    - list_issues # aip-ignore: monitor-mode -- x'), []],
    ['that is prose', put('    - list_issues # aip-ignored here'), []],
    [
      'of what makes the policy unreadable',
      'kind: AgentPolicy # aip-ignore: missing-field -- x\n',
      ['1:1 missing-field', '1:1 missing-field', '1:1 missing-field'],
    ],
  ])('%s', (_, text, expected) => {
    expect(summarize(text)).toEqual(expected);
  });

  it('inside a text is no comment', () => {
    const text = put(`    - list_issues\n    - "list_issues # aip-ignore: duplicate-entry -- x"`);
    expect(judge(text).suppressed).toEqual([]);
  });

  it.each([
    [
      'behind a value',
      put('    - list_issues   # aip-ignore: empty-name -- x\r'),
      put('    - list_issues\r'),
    ],
    [
      'on a line of its own',
      put('    # aip-ignore: empty-name, empty-policy -- x\n    - list_issues'),
      put('    - list_issues'),
    ],
  ])('that is stale is removed by its fix, %s', (_, text, expected) => {
    expect(fixText(text, judge, 'safe').text).toBe(expected);
  });

  it('of several rules of which one is needed is not removed', () => {
    const text = put(`${SECOND} # aip-ignore: empty-name, duplicate-entry -- x`);
    expect(fixText(text, judge, 'safe').text).toBe(text);
  });

  it('hides nothing but what it names, whatever the comment says', () => {
    const piece = fc.constantFrom('aip-ignore', ':', ' ', ',', '--', 'duplicate-entry', 'x', 'ä', '#', '\t');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const comment = pieces.join('');
        const { diagnostics, suppressed } = judge(put(`${SECOND} #${comment}`));
        const isFound = diagnostics.some(({ code }) => code === 'duplicate-entry');
        expect(isFound).toBe(suppressed.length === 0);
        if (!isFound) expect(comment).toMatch(/^\s*aip-ignore:.*duplicate-entry.*--/);
        for (const { location } of diagnostics) {
          expect(location.range.end.offset).toBeGreaterThanOrEqual(location.range.start.offset);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('ignores without end', () => {
  const many = (line: string): string => TWICE.replace('spec:', `${`${line}\n`.repeat(20_000)}spec:`);

  it.each([
    ['malformed-ignore', '# aip-ignore'],
    ['unknown-ignore', '# aip-ignore: no-such-rule -- a test'],
    ['stale-ignore', '# aip-ignore: duplicate-entry -- a test'],
  ])('are told up to a limit, and that there are more: %s', (code, line) => {
    const before = process.cpuUsage();
    const codes = judge(many(line)).diagnostics.map((each) => each.code);
    const { user } = process.cpuUsage(before);
    expect(codes.filter((each) => each === code).length).toBe(1_000);
    expect(codes.filter((each) => each === 'too-many-findings').length).toBe(1);
    expect(user).toBeLessThan(2_000_000);
  });
});
