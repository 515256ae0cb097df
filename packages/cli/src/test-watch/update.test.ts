import type { SuiteResult } from '@agentpolicy/test-runner';
import { describe, expect, it } from 'vitest';
import type { Key } from '../screens/terminal/read-key.ts';
import { startWatching, type WatchCommand, type WatchHappening, type WatchState } from './state.ts';
import { countCases, describeConclusion } from './summarize.ts';
import { updateWatch } from './update.ts';

/** What happens, and how many milliseconds after what was before. */
type Act = WatchHappening | readonly [number, WatchHappening];

interface Played {
  readonly state: WatchState;
  readonly commands: readonly WatchCommand[];
}

function play(acts: readonly Act[], filter: readonly string[] = []): Played {
  let state = startWatching({ columns: 80, rows: 24 }, filter, 0);
  let now = 0;
  const commands: WatchCommand[] = [];
  for (const act of acts) {
    const [ms, happening] = 'kind' in act ? [0, act] : act;
    now += ms;
    const step = updateWatch(state, { now, ...happening });
    state = step.state;
    commands.push(...step.commands);
  }
  return { state, commands };
}

function planned(files: string, changed: string, savedAt: number | null = null): WatchHappening {
  return { kind: 'planned', files: [...files], changed: [...changed], savedAt };
}

/** A suite of so many cases that pass and fail; `unread` where its policy could not be parsed. */
function suite(file: string, passed: number, failed: number, unread = false): SuiteResult {
  const make = (outcome: 'passed' | 'failed') => ({
    name: outcome,
    place: { file, line: 1 },
    outcome,
    matched: 1,
    failed: outcome === 'failed' ? 1 : 0,
    failures: [],
    complaint: null,
    changes: [],
  });
  const cases = [
    ...Array.from({ length: passed }, () => make('passed')),
    ...Array.from({ length: failed }, () => make('failed')),
  ];
  const problems = unread ? [{ code: 'yaml-syntax', message: 'broken', place: { file, line: 1 } }] : [];
  return {
    file,
    policy: 'p.yaml',
    outcome: failed > 0 || unread ? 'failed' : passed > 0 ? 'passed' : 'nothing',
    cases,
    traces: [],
    problems,
  };
}

function finished(run: number, result: SuiteResult): WatchHappening {
  return { kind: 'told', run, event: { at: 0, kind: 'file-finished', file: result.file, result } };
}

function done(run: number): WatchHappening {
  return { kind: 'ended', run, end: { kind: 'done' } };
}

function press(...keys: readonly string[]): readonly WatchHappening[] {
  return keys.map((text): WatchHappening => ({ kind: 'key', key: toKey(text) }));
}

function toKey(text: string): Key {
  if (text === 'interrupt') return { kind: 'interrupt' };
  const name = (['enter', 'escape', 'backspace', 'down', 'up', 'page-down', 'end', 'home'] as const).find(
    (one) => one === text,
  );
  if (name !== undefined) return { kind: 'named', name };
  return text.length === 1 ? { kind: 'character', character: text } : { kind: 'text', text };
}

function start(
  run: number,
  files: string,
  mode: 'test' | 'update' | 'coverage' = 'test',
  filter: string[] = [],
) {
  return { kind: 'start', run, mode, files: [...files], filter };
}

const DRAW = { kind: 'draw' };
const begun = [planned('abc', 'abc'), finished(1, suite('a', 1, 0)), finished(1, suite('b', 2, 1)), done(1)];

describe('what is run when', () => {
  it.each<[string, readonly Act[], readonly object[]]>([
    ['all at first', [planned('abc', 'abc')], [start(1, 'abc')]],
    ['what a save touches', [...begun, planned('abc', 'b', 0)], [start(1, 'abc'), DRAW, start(2, 'b')]],
    ['nothing where nothing was touched', [...begun, planned('abc', '')], [start(1, 'abc'), DRAW]],
    [
      'a save during a run stops it; what was left of it and what changed is run',
      [
        planned('abc', 'abc'),
        finished(1, suite('a', 1, 0)),
        planned('abc', 'a'),
        { kind: 'ended', run: 1, end: { kind: 'stopped' } },
      ],
      [start(1, 'abc'), { kind: 'stop', run: 1 }, start(2, 'abc')],
    ],
    [
      'what is finished and was not touched is not run again',
      [
        planned('abc', 'abc'),
        finished(1, suite('a', 1, 0)),
        planned('abc', 'b'),
        { kind: 'ended', run: 1, end: { kind: 'stopped' } },
      ],
      [start(1, 'abc'), { kind: 'stop', run: 1 }, start(2, 'bc')],
    ],
    [
      'a suite that is gone is not run',
      [planned('abc', 'abc'), planned('ac', 'a'), { kind: 'ended', run: 1, end: { kind: 'stopped' } }],
      [start(1, 'abc'), { kind: 'stop', run: 1 }, start(2, 'ac')],
    ],
    [
      'a run that writes is never stopped',
      [...begun, ...press('u', 'y'), planned('abc', 'a'), done(2)],
      [start(1, 'abc'), DRAW, start(2, 'abc', 'update'), DRAW, start(3, 'a')],
    ],
    ['a: all', [...begun, ...press('a')], [start(1, 'abc'), DRAW, start(2, 'abc')]],
    [
      'c: all, for what they show',
      [...begun, ...press('c')],
      [start(1, 'abc'), DRAW, start(2, 'abc', 'coverage')],
    ],
    ['u alone writes nothing', [...begun, ...press('u')], [start(1, 'abc'), DRAW]],
    ['u and another key write nothing', [...begun, ...press('u', 'enter', 'y')], [start(1, 'abc'), DRAW]],
    ['u waits for no run', [planned('abc', 'abc'), ...press('u', 'y')], [start(1, 'abc')]],
    ['c waits for no run', [planned('abc', 'abc'), ...press('c')], [start(1, 'abc')]],
    [
      'f: the cases that hold a text',
      [...begun, ...press('f', 'x', 'yz', 'backspace', 'enter')],
      [start(1, 'abc'), DRAW, start(2, 'abc', 'test', ['xy'])],
    ],
    ['f and Escape: as before', [...begun, ...press('f', 'x', 'escape')], [start(1, 'abc'), DRAW]],
    [
      'keys are text while a filter is typed',
      [...begun, ...press('f', 'q', 'u', 'a\r\u007f', 'enter')],
      [start(1, 'abc'), DRAW, start(2, 'abc', 'test', ['qua'])],
    ],
    [
      'no snapshot is written of a part',
      [...begun, ...press('f', 'x', 'enter'), done(2), ...press('u', 'y')],
      [start(1, 'abc'), DRAW, start(2, 'abc', 'test', ['x']), DRAW],
    ],
    ['q quits', [...begun, ...press('q')], [start(1, 'abc'), DRAW, { kind: 'quit' }]],
    ['Ctrl-C quits, also while a filter is typed', press('f', 'interrupt'), [{ kind: 'quit' }]],
    ['what another run tells counts for nothing', [planned('abc', 'abc'), done(7)], [start(1, 'abc')]],
  ])('%s', (_, acts, expected) => {
    expect(play(acts).commands).toEqual(expected);
  });
});

describe('what is known', () => {
  it('counts what passed and failed at last', () => {
    const { state } = play([...begun, planned('abc', 'b'), finished(2, suite('b', 3, 0)), done(2)]);
    expect(countCases(state)).toEqual({ suites: 3, passed: 4, failed: 0 });
  });

  it('keeps the last good result of what can not be read, until it can', () => {
    const broken = [planned('abc', 'b'), finished(2, suite('b', 0, 0, true)), done(2)];
    const brokenAgain = [planned('abc', 'b'), finished(3, suite('b', 0, 0, true)), done(3)];
    const { state } = play([...begun, ...broken, ...brokenAgain]);
    expect(state.results.get('b')).toEqual({ latest: suite('b', 0, 0, true), good: suite('b', 2, 1) });
    expect(countCases(state)).toEqual({ suites: 3, passed: 3, failed: 1 });
    const repaired = play([
      ...begun,
      ...broken,
      ...brokenAgain,
      planned('abc', 'b'),
      finished(4, suite('b', 3, 0)),
      done(4),
    ]);
    expect(repaired.state.results.get('b')).toEqual({ latest: suite('b', 3, 0), good: null });
  });

  it('forgets a suite that is gone', () => {
    const { state, commands } = play([...begun, planned('a', '')]);
    expect(countCases(state)).toEqual({ suites: 1, passed: 1, failed: 0 });
    expect(commands.at(-1)).toEqual(DRAW);
  });

  it('measures from the first save to the result', () => {
    const { state } = play([
      ...begun,
      [1000, planned('abc', 'b', 985)],
      [20, planned('abc', 'c', 1010)],
      [1, { kind: 'ended', run: 2, end: { kind: 'stopped' } }],
      finished(3, suite('b', 1, 0)),
      [14, done(3)],
    ]);
    expect(state.conclusion).toMatchObject({ files: 2, took: 14, sinceSaved: 50 });
    expect(state.conclusion === null ? '' : describeConclusion(state.conclusion)).toBe(
      'ran 2 suites, 50 ms after the save',
    );
  });

  it('says why a run ended', () => {
    const end = { kind: 'failed', error: 'the snapshot can not be written' } as const;
    const { state } = play([...begun, ...press('u', 'y'), { kind: 'ended', run: 2, end }]);
    expect(state.conclusion === null ? '' : describeConclusion(state.conclusion)).toBe(
      'the run ended: the snapshot can not be written',
    );
  });
});

it('scrolls no further than there are lines', () => {
  const lines = Array.from({ length: 100 }, (_, index) => String(index));
  const top = (...keys: readonly string[]): number =>
    play([{ kind: 'drawn', lines }, ...press(...keys)]).state.top;
  expect([top('down'), top('up'), top('j', 'j', 'k')]).toEqual([1, 0, 1]);
  expect([top('end'), top('end', 'down'), top('page-down'), top('end', 'home')]).toEqual([81, 81, 19, 0]);
});
