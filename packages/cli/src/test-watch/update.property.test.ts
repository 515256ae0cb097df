import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Key } from '../screens/terminal/read-key.ts';
import { startWatching, type WatchHappening, type WatchState } from './state.ts';
import { updateWatch } from './update.ts';

const FILES = ['a', 'b', 'c', 'd'];
const files = fc.subarray(FILES);

const key: fc.Arbitrary<Key> = fc.oneof(
  fc
    .constantFrom('a', 'c', 'f', 'u', 'y', 'q', 'j', 'x')
    .map((character): Key => ({ kind: 'character', character })),
  fc
    .constantFrom('up', 'down', 'page-up', 'page-down', 'home', 'end', 'enter', 'escape', 'backspace')
    .map((name): Key => ({ kind: 'named', name })),
  fc.string({ unit: 'binary', maxLength: 5 }).map((text): Key => ({ kind: 'text', text })),
  fc.constant<Key>({ kind: 'interrupt' }),
);

const act = fc.oneof(
  fc.record({
    kind: fc.constant('planned' as const),
    files,
    changed: files,
    savedAt: fc.option(fc.nat(100)),
  }),
  fc.record({ kind: fc.constant('finish' as const), which: fc.nat(3) }),
  fc.record({
    kind: fc.constant('ended' as const),
    end: fc.constantFrom(
      { kind: 'done' } as const,
      { kind: 'stopped' } as const,
      { kind: 'failed', error: 'x' } as const,
    ),
  }),
  fc.record({ kind: fc.constant('key' as const), key }),
  fc.record({ kind: fc.constant('drawn' as const), lines: fc.array(fc.string(), { maxLength: 50 }) }),
  fc.record({
    kind: fc.constant('resized' as const),
    size: fc.record({ columns: fc.integer({ min: 1, max: 99 }), rows: fc.integer({ min: 1, max: 50 }) }),
  }),
);

it('whatever comes: one run at a time, of tests that there are, and nothing is written unasked', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      let state = startWatching({ columns: 80, rows: 24 }, [], 0);
      let last: Key | null = null;
      acts.forEach((one, now) => {
        const happening = toHappening(state, one);
        if (happening === null) return;
        const before = state;
        const step = updateWatch(before, { now, ...happening });
        state = step.state;
        for (const command of step.commands) {
          if (command.kind !== 'start') continue;
          expect(before.running === null || happening.kind === 'ended').toBe(true);
          expect(state.running?.run).toBe(command.run);
          expect(command.run).toBe(before.lastRun + 1);
          expect(command.files.length).toBeGreaterThan(0);
          for (const file of command.files) expect(state.plan).toContain(file);
          if (command.mode !== 'update') continue;
          expect(happening).toMatchObject({ kind: 'key', key: { character: 'y' } });
          expect(last).toEqual({ kind: 'character', character: 'u' });
          expect(command.filter).toEqual([]);
        }
        for (const file of state.results.keys()) expect(state.plan).toContain(file);
        for (const file of state.queue) expect(state.plan).toContain(file);
        if (state.queue.size > 0) expect(state.running).not.toBeNull();
        expect(state.top).toBeGreaterThanOrEqual(0);
        if (happening.kind === 'key') last = happening.key;
      });
    }),
    { numRuns: 2000 },
  );
});

/** Null where what would happen can't, as things are. */
function toHappening(
  { running }: WatchState,
  one: typeof act extends fc.Arbitrary<infer Act> ? Act : never,
): WatchHappening | null {
  switch (one.kind) {
    case 'planned':
      return { ...one, changed: one.changed.filter((file) => one.files.includes(file)) };
    case 'finish': {
      const file = running?.files[one.which];
      if (running === null || file === undefined) return null;
      const result = { file, policy: null, outcome: 'passed', cases: [], traces: [], problems: [] } as const;
      return { kind: 'told', run: running.run, event: { at: 0, kind: 'file-finished', file, result } };
    }
    case 'ended':
      return running === null ? null : { ...one, run: running.run };
    default:
      return one;
  }
}
