import type { SuiteResult, TestReport } from '@agentpolicy/test-runner';
import { describe, expect, it } from 'vitest';
import { createStyle } from '../terminal/style.ts';
import { drawReport } from '../test-watch/draw-report.ts';
import { startWatching } from '../test-watch/state.ts';
import { breakCommands } from './break-commands.ts';
import { COVERAGE_FORMATS, renderCoverage } from './coverage/formats.ts';
import { renderTestReport, TEST_FORMATS, type TestFormat, type TestRenderContext } from './formats.ts';

/** What a pull request may call a case, a suite, a tool or a value. */
const NAMES = [
  ['an escape sequence', 'a\u001b[2J\u001b]0;title\u0007b'],
  ['a C1 sequence', 'a\u009b2Jb'],
  ['a line of its own', 'a\n::add-mask::x\r\n::stop-commands::y'],
  ['a command', '::stop-commands::x'],
  ['a command behind blanks', '  \t ::stop-commands::x'],
  ['an old command', 'a ##[add-mask]x'],
  ['text direction', 'a\u202egpj\u2066b\u2069'],
  ['no width', 'a\u200bb\ufeff'],
] as const;

const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** A line that GitHub's runner obeys. */
const OBEYED = /^\s*::|##\[/;

function makeReport(name: string): TestReport {
  const place = { file: name, line: 1 };
  const base = { place, failures: [], changes: [] };
  const suite: SuiteResult = {
    file: name,
    policy: name,
    outcome: 'failed',
    cases: [
      { ...base, name, outcome: 'passed', matched: 1, failed: 0, complaint: null },
      {
        ...base,
        name,
        outcome: 'failed',
        matched: 1,
        failed: 1,
        complaint: name,
        changes: [{ trace: name, before: name, after: name }],
        failures: [
          {
            at: place,
            call: { session: name, id: name, method: name, tool: name, args: null },
            mismatches: [{ what: name, expected: name, got: name }],
            reason: name,
            rule: { pointer: name, place },
            argument: { name, pattern: name, value: name, matchedUntil: 1 },
            nearest: { tool: name, pointer: name, place: null },
          },
        ],
      },
    ],
    traces: [],
    calls: 2,
    problems: [{ code: 'odd', message: name, place, help: name }],
  };
  return {
    outcome: 'failed',
    suites: [suite, { ...suite, outcome: 'nothing', cases: [], problems: [] }],
    notRun: [name],
    shard: null,
    coverage: [
      {
        policy: name,
        items: [{ kind: 'tool', name, pointer: name, place: null, outcomes: [{ name: 'allow', count: 0 }] }],
      },
    ],
  };
}

function makeContext(isOnGithub: boolean): TestRenderContext {
  return {
    style: createStyle('never', {}, {}),
    resolveFile: () => '/nowhere',
    toRepositoryPath: (file) => file,
    isOnGithub,
  };
}

/** Lines that begin a command, without those that the format is made of. */
function listObeyed(text: string, format: TestFormat): readonly string[] {
  const lines = text.split('\n');
  // What stands behind `::error …::` is data: the runner reads no second command in its line.
  return lines.filter(
    (line) => OBEYED.test(line) && !(format === 'github' && line.startsWith('::error file=')),
  );
}

describe.each(NAMES)('%s in a name', (_, name) => {
  it.each(TEST_FORMATS)('is shown and not obeyed in the format %s', async (format) => {
    const text = await renderTestReport(format, makeReport(name), makeContext(true));
    expect(text).not.toMatch(CONTROL);
    expect(listObeyed(text, format)).toEqual([]);
  });

  it.each(COVERAGE_FORMATS)('is not obeyed in the coverage format %s', async (format) => {
    const text = await renderCoverage(format, makeReport(name).coverage, makeContext(true));
    expect(listObeyed(text, 'pretty')).toEqual([]);
  });

  it('is the same to a program, on GitHub or not', async () => {
    const report = makeReport(name);
    for (const isOnGithub of [true, false])
      expect(JSON.parse(await renderTestReport('json', report, makeContext(isOnGithub)))).toEqual({
        version: 1,
        ...report,
      });
  });

  it('has one line in a watch', async () => {
    const { suites } = makeReport(name);
    const passed = suites.map((suite) => ({ ...suite, outcome: 'passed' as const }));
    for (const latest of [...suites, ...passed]) {
      const state = startWatching({ columns: 80, rows: 24 }, [], 0);
      const lines = await drawReport(
        { ...state, plan: [name], results: new Map([[name, { latest, good: latest }]]) },
        makeContext(false),
      );
      expect(lines.filter((line) => line.includes('\n') || CONTROL.test(line))).toEqual([]);
    }
  });
});

describe('breaking commands', () => {
  it.each([
    ['markdown', ' ::a::b', ' : :a::b'],
    ['tap', 'x ::a', 'x ::a'],
    ['tap', 'x ##[a]\n::b', 'x ## [a]\n: :b'],
    ['json', '"##[a]"', '"#\\u0023[a]"'],
    ['junit', '::a ##[b]', '&#58;:a &#35;#[b]'],
  ] as const)('%s: %j becomes %j', (format, text, broken) => {
    expect(breakCommands(text, format)).toBe(broken);
  });
});
