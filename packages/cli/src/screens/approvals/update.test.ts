import { describe, expect, it } from 'vitest';
import type { Key } from '../terminal/read-key.ts';
import type { Question } from './call.ts';
import { READ_TIME } from './press-key.ts';
import { type ConsoleCommand, type ConsoleState, describeDrawing, startConsole } from './state.ts';
import { updateConsole } from './update.ts';

const QUESTION: Question = {
  tool: 'send',
  argsText: '{"to":"a"}',
  rule: 'spec.tool_rules[0] (line 7)',
  line: 7,
  policy: 'mine',
  policyFile: '/home/u/agent.yaml',
  target: 'node server.mjs',
  timeLimit: 60_000,
};

/** `+1` asks about call 1, `-1` withdraws it, a number waits so many milliseconds, all else is a key. */
type Act = string | number;

interface Played {
  readonly state: ConsoleState;
  readonly commands: readonly ConsoleCommand[];
}

function play(acts: readonly Act[]): Played {
  let state = startConsole({ columns: 80, rows: 24 }, 0);
  const commands: ConsoleCommand[] = [];
  let now = 0;
  for (const act of acts) {
    const moment = { now, time: 1000 + now };
    if (typeof act === 'number') {
      now += act;
      continue;
    }
    const id = Number(act.slice(1));
    const step = act.startsWith('+')
      ? updateConsole(state, { kind: 'asked', id, question: QUESTION, ...moment })
      : act.startsWith('-')
        ? updateConsole(state, { kind: 'closed', id, ...moment })
        : act === 'tick'
          ? updateConsole(state, { kind: 'tick', ...moment })
          : updateConsole(state, { kind: 'key', key: toKey(act), ...moment });
    // The screen is drawn at once.
    state = updateConsole(step.state, { kind: 'drawn', ...describeDrawing(step.state), ...moment }).state;
    commands.push(...step.commands);
  }
  return { state, commands };
}

function toKey(text: string): Key {
  if (text === 'interrupt') return { kind: 'interrupt' };
  const named = [
    'up',
    'down',
    'page-up',
    'page-down',
    'home',
    'end',
    'enter',
    'escape',
    'backspace',
  ] as const;
  const name = named.find((one) => one === text);
  if (name !== undefined) return { kind: 'named', name };
  return text.length === 1 ? { kind: 'character', character: text } : { kind: 'text', text };
}

function listAnswers(acts: readonly Act[]): readonly ConsoleCommand[] {
  return play(acts).commands.filter(({ kind }) => kind !== 'ring');
}

const approved = (id: number) => [{ kind: 'answer', id, approve: true }];
const denied = (id: number) => [{ kind: 'answer', id, approve: false }];
const READ = READ_TIME;

describe('what approves and denies', () => {
  it.each<[string, readonly Act[], readonly unknown[]]>([
    ['a, read, then y approves', ['+1', READ, 'a', READ, 'y'], approved(1)],
    ['d denies', ['+1', READ, 'd'], denied(1)],
    ['y alone does nothing', ['+1', READ, 'y'], []],
    ['a alone does nothing', ['+1', READ, 'a', READ], []],
    ['a and a do nothing', ['+1', READ, 'a', READ, 'a'], []],
    ['Enter does nothing', ['+1', READ, 'enter', READ, 'enter'], []],
    ['a and Enter do nothing', ['+1', READ, 'a', READ, 'enter'], []],
    ['a, another key and y do nothing', ['+1', READ, 'a', READ, 'n', READ, 'y'], []],
    ['both keys at once do nothing', ['+1', READ, 'ay', READ, 'ay'], []],
    ['y at once behind a does nothing', ['+1', READ, 'a', READ - 1, 'y', READ, 'y'], []],
    ['a key for a call that has only just come does nothing', ['+1', READ - 1, 'a', READ, 'y'], []],
    ['nor does it deny', ['+1', READ - 1, 'd'], []],
    ['keys without a call do nothing', ['a', READ, 'y', 'd'], []],
    ['capitals do nothing', ['+1', READ, 'A', READ, 'Y'], []],
    ['the second call, chosen', ['+1', '+2', READ, 'down', READ, 'a', READ, 'y'], approved(2)],
    ['chosen by j and k', ['+1', '+2', READ, 'j', 'k', READ, 'a', READ, 'y'], approved(1)],
    ['a key at once behind a move does nothing', ['+1', '+2', READ, 'j', 'a', READ, 'y'], []],
    ['both, one after the other', ['+1', '+2', READ, 'd', READ, 'd'], [...denied(1), ...denied(2)]],
    ['a key pressed twice answers once', ['+1', '+2', READ, 'd', 'd'], denied(1)],
    ['from the view of the arguments too', ['+1', READ, 'v', 'a', READ, 'y'], approved(1)],
    ['nor at once behind the history', ['+1', READ, 'h', READ, 'h', 'a', READ, 'y'], []],
    ['not from the history, where the call is not shown', ['+1', READ, 'h', 'a', READ, 'y', 'd'], []],
  ])('%s', (_, acts, expected) => {
    expect(listAnswers(acts)).toEqual(expected);
  });
});

describe('calls that come and go while keys are on their way', () => {
  it.each<[string, readonly Act[], readonly unknown[]]>([
    ['the call is withdrawn before y', ['+1', '+2', READ, 'a', READ, '-1', 'y'], []],
    ['and y stays without a meaning', ['+1', '+2', READ, 'a', READ, '-1', 'y', READ, 'y'], []],
    ['the call is withdrawn before a', ['+1', '+2', READ, '-1', 'a', READ, 'y'], []],
    ['the call is withdrawn before d', ['+1', '+2', READ, '-1', 'd'], []],
    ['another call leaves', ['+1', '+2', READ, 'a', READ, '-2', 'y'], approved(1)],
    ['another call comes', ['+1', READ, 'a', READ, '+2', 'y'], approved(1)],
    ['time is over before y', ['+1', 59_000, 'a', 1000, 'y'], []],
    ['time is over before a', ['+1', 60_000, 'a', READ, 'y'], []],
    ['the next one takes the place later', ['+1', '+2', READ, '-1', 3000, 'tick', 'a', READ, 'y'], []],
    ['and can be read first', ['+1', '+2', 0, '-1', 3000, 'tick', READ, 'a', READ, 'y'], approved(2)],
    ['or is gone to by a key', ['+1', '+2', READ, '-1', 'j', READ, 'd'], denied(2)],
    [
      'nor does one that has come up behind the history',
      ['+1', '+2', READ, 'h', '-1', 3000, 'tick', READ, 'h', 'a', READ, 'y'],
      [],
    ],
    ['also where it is the last of the list', ['+1', '+2', READ, 'j', '-2', 'j', READ, 'd'], denied(1)],
  ])('%s', (_, acts, expected) => {
    expect(listAnswers(acts)).toEqual(expected);
  });
});

it('rings where nothing waited before', () => {
  const rings = (acts: readonly Act[]): number =>
    play(acts).commands.filter(({ kind }) => kind === 'ring').length;
  expect([rings(['+1']), rings(['+1', '+2']), rings(['+1', READ, 'd', '+2'])]).toEqual([1, 1, 2]);
});

it('a drawing that was behind does not tell of what came since', () => {
  const ask = (id: number) => ({ kind: 'asked', id, question: QUESTION, now: 0, time: 0 }) as const;
  const { state } = updateConsole(startConsole({ columns: 80, rows: 24 }, 0), ask(2));
  const late = { kind: 'drawn', call: 1, approval: null, now: 10, time: 0 } as const;
  expect(updateConsole(state, late).state.selection).toEqual({ id: 2, since: null });
  expect(updateConsole(state, { ...late, call: 2 }).state.selection).toEqual({ id: 2, since: 10 });
});

describe('quitting', () => {
  it.each<[string, readonly Act[], boolean]>([
    ['q quits where nothing waits', ['q'], true],
    ['q asks back where something waits', ['+1', 'q'], false],
    ['q twice quits', ['+1', 'q', 'q'], true],
    ['another key goes on', ['+1', 'q', 'x', 'q'], false],
    ['Ctrl-C quits at once', ['+1', 'interrupt'], true],
  ])('%s', (_, acts, expected) => {
    expect(play(acts).commands.some(({ kind }) => kind === 'quit')).toBe(expected);
  });
});

describe('what is written down', () => {
  it('tells what became of each call, once', () => {
    const { state } = play([
      ...['+1', '+2', '+3', '+4', READ, 'a', READ, 'y', READ, 'd', '-1', '-2', '-3', '-3'],
      ...[60_000, 'tick', 'tick', '-4'],
    ]);
    expect(state.history).toEqual([
      { id: 1, tool: 'send', outcome: 'approved', at: 2000 },
      { id: 2, tool: 'send', outcome: 'denied', at: 2500 },
      { id: 3, tool: 'send', outcome: 'withdrawn', at: 2500 },
      { id: 4, tool: 'send', outcome: 'timed out', at: 62_500 },
    ]);
    expect(state.counts).toEqual({ approved: 1, denied: 1, withdrawn: 1, 'timed out': 1 });
  });

  it('is bounded, and counted in full', () => {
    const acts = Array.from({ length: 700 }, (_, index) => [`+${index + 1}`, `-${index + 1}`, 3000, 'tick']);
    const { state } = play(acts.flat());
    expect(state.history).toHaveLength(500);
    expect(state.history.at(-1)?.id).toBe(700);
    expect(state.counts.withdrawn).toBe(700);
    expect(state.calls).toEqual([]);
  });
});

it('scrolls no further than there are lines', () => {
  const long = { ...QUESTION, argsText: JSON.stringify({ text: 'x'.repeat(10_000) }) };
  let { state } = updateConsole(startConsole({ columns: 80, rows: 24 }, 0), {
    kind: 'asked',
    id: 1,
    question: long,
    now: 0,
    time: 0,
  });
  const press = (...keys: readonly string[]): number => {
    for (const key of keys)
      state = updateConsole(state, { kind: 'key', key: toKey(key), now: 0, time: 0 }).state;
    return state.top;
  };
  const last = press('v', 'end');
  expect(last).toBeGreaterThan(100);
  expect(press('down', 'page-down')).toBe(last);
  expect(press('page-up')).toBe(last - 16);
  expect(press('home', 'up')).toBe(0);
});
