import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Key } from '../terminal/read-key.ts';
import { countHidden, divideScreen, listArgumentLines, measurePage } from './layout.ts';
import { READ_TIME } from './press-key.ts';
import { type ConsoleEvent, type ConsoleState, type Drawn, describeDrawing, startConsole } from './state.ts';
import { updateConsole } from './update.ts';

const key: fc.Arbitrary<Key> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'y', 'd', 'j', 'k', 'v', 'h', 'q', 'n').map(character) },
  { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 1 }).map(character) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('up', 'down', 'page-up', 'page-down', 'home', 'end', 'enter', 'escape', 'backspace')
      .map((name): Key => ({ kind: 'named', name })),
  },
  { weight: 1, arbitrary: fc.constantFrom('ay', 'aay', 'y\r').map((text): Key => ({ kind: 'text', text })) },
);

function character(one: string): Key {
  return { kind: 'character', character: one };
}

type Act =
  | { readonly kind: 'ask'; readonly args: string | null; readonly timeLimit: number }
  | { readonly kind: 'close'; readonly which: number }
  | { readonly kind: 'press'; readonly key: Key }
  | { readonly kind: 'look' }
  | { readonly kind: 'draw' }
  /** Draws what was there before the last event. */
  | { readonly kind: 'late' }
  | { readonly kind: 'resize'; readonly columns: number; readonly rows: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      args: fc.option(fc.oneof(fc.json(), fc.string({ unit: 'binary', maxLength: 300 }))),
      timeLimit: fc.oneof(fc.constant(50_000), fc.double(), fc.integer()),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const), which: fc.nat(20) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('press' as const), key }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'look' as const }) },
  { weight: 5, arbitrary: fc.constantFrom({ kind: 'draw' as const }, { kind: 'late' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('resize' as const),
      columns: fc.integer({ min: 1, max: 200 }),
      rows: fc.integer({ min: 1, max: 60 }),
    }),
  },
);

const wait = fc.oneof(fc.nat(700), fc.constantFrom(READ_TIME - 1, READ_TIME, READ_TIME + 1, 3000));

const timedAct = fc.tuple(act, wait);

/** What happens so many milliseconds after what was before. */
type TimedAct = readonly [Act, number];

interface Intention {
  readonly one: number;
  readonly two: number;
  readonly between: TimedAct | null;
  readonly history: number | null;
  readonly drawings: readonly ['draw' | 'late', 'draw' | 'late'];
}

const drawing = fc.constantFrom<'draw' | 'late'>('draw', 'draw', 'late');

const intention: fc.Arbitrary<Intention> = fc.record({
  one: wait,
  two: wait,
  between: fc.option(timedAct, { freq: 1 }),
  history: fc.option(wait, { freq: 1 }),
  drawings: fc.tuple(drawing, drawing),
});

/** What a person means to do stands among what may happen, so that approvals happen at all. */
const acts = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: timedAct.map((one) => [one]) },
      { weight: 1, arbitrary: intention.map(meanToApprove) },
    ),
    { maxLength: 40 },
  )
  .map((chunks) => chunks.flat());

/** Perhaps past the history, perhaps with something in between, perhaps on a screen that is behind. */
function meanToApprove({ one, two, between, history, drawings }: Intention): TimedAct[] {
  const press = (name: string, ms: number): TimedAct => [{ kind: 'press', key: character(name) }, ms];
  return [
    ...(history === null ? [] : [press('h', history), press('h', 5)]),
    [{ kind: drawings[0] }, 5],
    press('a', one),
    [{ kind: drawings[1] }, 5],
    ...(between === null ? [] : [between]),
    press('y', two),
  ];
}

/** Remembers what was pressed for which call while it was on the screen. */
interface Witness {
  readonly key: Key;
  readonly now: number;
  readonly call: Visible;
}

/** What a drawing shows, and since when without a break. */
interface Visible {
  readonly id: number | null;
  readonly since: number;
}

const NOTHING: Visible = { id: null, since: 0 };

/** What is gone from the state is gone from the screen; what is new there has to be drawn first. */
function see(before: Visible, id: number | null, drawn: number | null, now: number): Visible {
  if (id === null) return NOTHING;
  if (before.id === id) return before;
  return drawn === id ? { id, since: now } : NOTHING;
}

it('approves a call only by a and then y, each after the call, or the question, was read', () => {
  let approvals = 0;
  fc.assert(
    fc.property(acts, (played) => {
      let state = startConsole({ columns: 80, rows: 24 }, 0);
      let now = 0;
      let lastId = 0;
      let lastKey: Witness | null = null;
      let call = NOTHING;
      let approval = NOTHING;
      let earlier = describeDrawing(state);
      const isOpen = new Set<number>();
      for (const [one, ms] of played) {
        now += ms;
        const before = state;
        const event = toEvent(
          one,
          one.kind === 'late' ? earlier : describeDrawing(before),
          now,
          () => ++lastId,
        );
        if (event.kind === 'asked') isOpen.add(event.id);
        if (event.kind === 'closed') isOpen.delete(event.id);
        const step = updateConsole(before, event);
        state = step.state;
        checkShape(state);
        for (const command of step.commands) {
          if (command.kind !== 'answer') continue;
          expect(event.kind).toBe('key');
          expect(isOpen.delete(command.id)).toBe(true);
          expect(before.selection?.id).toBe(command.id);
          expect(before.calls.find(({ call }) => call.id === command.id)?.ended).toBeNull();
          if (!command.approve) continue;
          approvals++;
          expect(event).toMatchObject({ key: { kind: 'character', character: 'y' } });
          expect(lastKey?.key).toEqual({ kind: 'character', character: 'a' });
          expect(lastKey?.call.id).toBe(command.id);
          expect(approval.id).toBe(command.id);
          expect((lastKey?.now ?? 0) - (lastKey?.call.since ?? now)).toBeGreaterThanOrEqual(READ_TIME);
          expect(now - approval.since).toBeGreaterThanOrEqual(READ_TIME);
        }
        if (event.kind === 'key') lastKey = { key: event.key, now, call };
        const shown = describeDrawing(state);
        const drawn = event.kind === 'drawn' ? event : { call: null, approval: null };
        call = see(call, shown.call, drawn.call, now);
        approval = see(approval, shown.approval, drawn.approval, now);
        earlier = shown;
      }
    }),
    { numRuns: 2000 },
  );
  // The property says something only where calls are approved at all.
  expect(approvals).toBeGreaterThan(20);
});

function toEvent(one: Act, drawn: Drawn, now: number, nextId: () => number): ConsoleEvent {
  const moment = { now, time: now };
  switch (one.kind) {
    case 'ask':
      return {
        kind: 'asked',
        id: nextId(),
        question: {
          tool: 'send',
          argsText: one.args,
          rule: 'r',
          policy: 'p',
          target: 't',
          timeLimit: one.timeLimit,
        },
        ...moment,
      };
    case 'close':
      return { kind: 'closed', id: one.which, ...moment };
    case 'press':
      return { kind: 'key', key: one.key, ...moment };
    case 'draw':
    case 'late':
      return { kind: 'drawn', ...drawn, ...moment };
    case 'look':
      return { kind: 'tick', ...moment };
    case 'resize':
      return { kind: 'resized', size: { columns: one.columns, rows: one.rows }, ...moment };
  }
}

/** What must hold of each state, whatever came before. */
function checkShape(state: ConsoleState): void {
  const { calls, selection, size } = state;
  const ids = calls.map(({ call }) => call.id);
  expect(new Set(ids).size).toBe(ids.length);
  if (selection !== null) expect(ids).toContain(selection.id);
  expect(selection === null).toBe(ids.length === 0);
  for (const { call, ended } of calls) if (ended !== null) expect(call.id).toBe(selection?.id);
  const { list, details, body, width } = divideScreen(size, calls.length);
  expect(list + details).toBeLessThanOrEqual(body);
  expect(list).toBeGreaterThan(0);
  expect(details).toBeGreaterThan(0);
  expect(state.top).toBeGreaterThanOrEqual(0);
  expect(state.top).toBeLessThanOrEqual(Math.max(measurePage(state).lastTop, 0));
  expect(countHidden(state)).toBeGreaterThanOrEqual(0);
  for (const { call } of calls)
    for (const line of listArgumentLines(call, width)) expect(line.startsWith('| ')).toBe(true);
}
