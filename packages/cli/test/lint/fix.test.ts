import { compilePolicy } from '@agentpolicy/compiler';
import { createTextIndex, type Diagnostic, type Fix, toJsonObject } from '@agentpolicy/core';
import { createEngine, type Engine } from '@agentpolicy/engine';
import { createLinter } from '@agentpolicy/lint';
import { parsePolicy } from '@agentpolicy/spec';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { runLint } from '../../src/commands/lint.ts';
import { fixText } from '../../src/lint/fix/fix-text.ts';
import { createPolicyJudge } from '../../src/lint/judge/judge-policy.ts';
import type { Judge } from '../../src/lint/judge/judgement.ts';
import { captureContext, type Folder, makeFolder, TWICE } from './lint-in-folder.ts';
import { MAIN_METHODS, randomCall, randomPolicy } from './random-policy.ts';

/** A judge that offers a fix for each mark that the text has. */
function judgeMarks(fixes: Readonly<Record<string, Omit<Fix, 'title' | 'edits'> & { to: string }>>): Judge {
  return (text) => {
    const index = createTextIndex(text);
    const diagnostics = Object.entries(fixes).flatMap(([mark, { to, safety }]): readonly Diagnostic[] => {
      const start = text.indexOf(mark);
      if (start === -1) return [];
      const end = start + mark.length;
      const location = { file: 'x', pointer: '', range: index.rangeAt(start, end) };
      const fix: Fix = { title: `replace ${mark}`, safety, edits: [{ start, end, newText: to }] };
      return [{ code: mark.trim(), severity: 'warning', message: mark, location, related: [], fixes: [fix] }];
    });
    return { index, diagnostics, suppressed: [], comments: [], readable: !text.includes('BROKEN') };
  };
}

describe('rounds of fixes', () => {
  it.each<[string, string, Parameters<typeof judgeMarks>[0], string, number]>([
    [
      'all that do not overlap',
      'a b',
      { a: { to: 'x', safety: 'safe' }, b: { to: 'y', safety: 'safe' } },
      'x y',
      2,
    ],
    [
      'one that makes room for another',
      'a',
      { a: { to: 'b', safety: 'safe' }, b: { to: 'c', safety: 'safe' } },
      'c',
      2,
    ],
    ['no unsafe one', 'a', { a: { to: 'b', safety: 'unsafe' } }, 'a', 0],
    ['none that leads back', 'a', { a: { to: 'b', safety: 'safe' }, b: { to: 'a', safety: 'safe' } }, 'b', 1],
    ['none that makes the text unreadable', 'a', { a: { to: 'BROKEN', safety: 'safe' } }, 'a', 0],
    [
      'what is left beside one that makes the text unreadable',
      'a b',
      { a: { to: 'BROKEN', safety: 'safe' }, b: { to: 'c', safety: 'safe' } },
      'a c',
      1,
    ],
    [
      'overlapping ones one after the other',
      'abc',
      { ab: { to: 'x', safety: 'safe' }, bc: { to: 'y', safety: 'safe' }, xc: { to: 'z', safety: 'safe' } },
      'z',
      2,
    ],
    [
      'one removal of two that rely on each other',
      'p\nq\n',
      { 'p\n': { to: '', safety: 'safe' }, 'q\n': { to: '', safety: 'safe' } },
      '',
      2,
    ],
  ])('apply %s', (_, text, fixes, expected, applied) => {
    expect(fixText(text, judgeMarks(fixes), 'safe')).toEqual({ text: expected, applied });
  });

  it('take a removal back into account before the next one', () => {
    // Each line says that the other one is enough.
    const judge: Judge = (text) =>
      text === 'p\nq\n'
        ? judgeMarks({ 'p\n': { to: '', safety: 'safe' }, 'q\n': { to: '', safety: 'safe' } })(text)
        : judgeMarks({})(text);
    expect(fixText('p\nq\n', judge, 'safe')).toEqual({ text: 'q\n', applied: 1 });
  });
});

const PATTERNS = `# the agent of the team
apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: "example" }   # not pretty
spec:
  tool_rules:
    - tool: fetch_url          # fetches
      allow_args:
        "format": "^json|csv$"  # "quoted"
        order: '^up|down$'
`;

const CASES: readonly (readonly [string, string, string])[] = [
  ['a second entry', TWICE, TWICE.replace('    - list_issues\n    - list_issues\n', '    - list_issues\n')],
  [
    'open patterns, and nothing else of their lines',
    PATTERNS,
    PATTERNS.replace('^json|csv$', () => '^(?:json|csv)$').replace('^up|down$', () => '^(?:up|down)$'),
  ],
  [
    'the lines of a file from Windows',
    TWICE.replaceAll('\n', '\r\n'),
    TWICE.replace('    - list_issues\n    - list_issues\n', '    - list_issues\n').replaceAll('\n', '\r\n'),
  ],
];

describe('aip lint --fix', () => {
  let folder: Folder | undefined;
  afterEach(() => folder?.remove());

  it.each(CASES)('repairs %s, and the second time nothing', async (_, text, expected) => {
    folder = makeFolder({ 'a.yaml': text });
    for (const run of ['first', 'second']) {
      await runLint(captureContext(folder.path).context, ['a.yaml'], { fix: 'safe' });
      expect(folder.read('a.yaml'), run).toBe(expected);
    }
  });

  it('renames a misspelt field only when told that unsafe fixes are fine', async () => {
    const text = TWICE.replace('allowed_tools', 'allowed_tols');
    folder = makeFolder({ 'a.yaml': text });
    expect(await runLint(captureContext(folder.path).context, ['a.yaml'], { fix: 'safe' })).toBe(1);
    expect(folder.read('a.yaml')).toBe(text);
    expect(await runLint(captureContext(folder.path).context, ['a.yaml'], { fix: 'unsafe' })).toBe(0);
    expect(folder.read('a.yaml')).toBe(CASES[0]?.[2]);
  });

  it('does not touch standard input', async () => {
    folder = makeFolder({});
    await expect(runLint(captureContext(folder.path).context, ['-'], { fix: 'safe' })).rejects.toThrow(
      "standard input can't be fixed in place",
    );
  });
});

function createTestEngine(text: string): Engine {
  const parsed = parsePolicy(text, 'policy.yaml');
  if (!parsed.ok) throw new Error(`the policy can't be read:\n${text}`);
  const compiled = compilePolicy(parsed.document);
  if (!compiled.ok) throw new Error(`the policy can't be compiled:\n${text}`);
  return createEngine(compiled.table, {
    clock: () => 0,
    home: '/home/someone',
    cwd: '/workspace',
    foldCase: false,
    ownFiles: [],
    handles: compiled.table.requires,
  });
}

/** How much a decision lets through. */
const OPENNESS: Readonly<Record<string, number>> = { ALLOW: 2, ASK: 1 };

describe('any policy', () => {
  const judge = createPolicyJudge('policy.yaml', createLinter({ preset: 'all' }));

  it('permits no more after its safe fixes, and fixing it twice changes nothing', {
    timeout: 120_000,
  }, () => {
    let changed = 0;
    fc.assert(
      fc.property(randomPolicy, fc.array(randomCall, { minLength: 40, maxLength: 40 }), (text, calls) => {
        if (!judge(text).readable) return;
        const fixed = fixText(text, judge, 'safe').text;
        expect(fixText(fixed, judge, 'safe').text).toBe(fixed);
        if (fixed === text) return;
        changed++;
        const before = createTestEngine(text);
        const after = createTestEngine(fixed);
        for (const { tool, args } of calls) {
          const call = { name: tool, args: toJsonObject(args) };
          const was = OPENNESS[before.decideToolCall(call).decision] ?? 0;
          const is = OPENNESS[after.decideToolCall(call).decision] ?? 0;
          expect(is, `${JSON.stringify({ tool, args })}\n${text}\n${fixed}`).toBeLessThanOrEqual(was);
        }
        for (const method of MAIN_METHODS) {
          const was = OPENNESS[before.decideMethod(method).decision] ?? 0;
          expect(OPENNESS[after.decideMethod(method).decision] ?? 0).toBeLessThanOrEqual(was);
        }
      }),
      { numRuns: 120 },
    );
    expect(changed).toBeGreaterThan(40);
  });

  it('loses a comment only with the list entry that it belongs to', { timeout: 120_000 }, () => {
    const countItems = (text: string): number => text.split('\n    - "').length - 1;
    fc.assert(
      fc.property(randomPolicy, (text) => {
        if (!judge(text).readable) return;
        const fixed = fixText(text, judge, 'safe').text;
        const before = judge(text).comments.map((comment) => comment.text);
        const after = judge(fixed).comments.map((comment) => comment.text);
        let at = 0;
        for (const comment of before) if (comment === after[at]) at++;
        expect(at).toBe(after.length);
        expect(before.length - after.length).toBeLessThanOrEqual(countItems(text) - countItems(fixed));
      }),
      { numRuns: 60 },
    );
  });
});
