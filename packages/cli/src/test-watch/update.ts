import type { SuiteResult, TestEvent } from '@agentpolicy/test-runner';
import type { Step } from '../screens/store.ts';
import { pressKey } from './press-key.ts';
import { followRun, startRunView } from './run-view.ts';
import type { RunEnd, RunMode, WatchCommand, WatchEvent, WatchState } from './state.ts';

type WatchStep = Step<WatchState, WatchCommand>;

/** What an event does to the watch. */
export function updateWatch(before: WatchState, event: WatchEvent): WatchStep {
  const state: WatchState = { ...before, now: event.now };
  switch (event.kind) {
    case 'planned':
      return takePlan(state, event.files, event.changed, event.savedAt);
    case 'told':
      return still(hear(state, event.run, event.event));
    case 'ended':
      return endRun(state, event.run, event.end);
    case 'drawn':
      return still({ ...state, lines: event.lines, isDrawn: true });
    case 'notice':
      return still({ ...state, notice: event.notice });
    case 'trouble':
      return still({ ...state, trouble: event.trouble });
    case 'resized':
      return still({ ...state, size: event.size, top: 0 });
    case 'tick':
      return still(state);
    case 'key': {
      const pressed = pressKey(state, event.key);
      switch (pressed.wish) {
        case null:
          return still(pressed.state);
        case 'quit':
          return { state: pressed.state, commands: [{ kind: 'quit' }] };
        case 'test':
          return startNext(enqueue(pressed.state, pressed.state.plan, null));
        case 'update':
        case 'coverage':
          return startRun(pressed.state, pressed.wish, pressed.state.plan, null);
      }
    }
  }
}

function still(state: WatchState): WatchStep {
  return { state, commands: [] };
}

function takePlan(
  before: WatchState,
  files: readonly string[],
  changed: readonly string[],
  savedAt: number | null,
): WatchStep {
  const known = new Set(files);
  const results = new Map([...before.results].filter(([file]) => known.has(file)));
  const queue = new Set([...before.queue].filter((file) => known.has(file)));
  const isLess = results.size < before.results.size;
  const planned: WatchState = { ...before, plan: files, results, queue, trouble: null };
  const state = enqueue(planned, changed, savedAt);
  const { running } = state;
  // A run of what has changed would tell of yesterday. What writes snapshots is never cut short.
  const isStale = running?.mode === 'test' && changed.length > 0;
  const step = isStale
    ? { state, commands: [{ kind: 'stop', run: running.run } as const] }
    : startNext(state);
  if (!isLess) return step;
  return { state: { ...step.state, isDrawn: false }, commands: [...step.commands, { kind: 'draw' }] };
}

function enqueue(state: WatchState, files: readonly string[], savedAt: number | null): WatchState {
  if (files.length === 0) return state;
  return {
    ...state,
    queue: new Set([...state.queue, ...files]),
    queuedSave: earlier(state.queuedSave, savedAt),
  };
}

function earlier(one: number | null, two: number | null): number | null {
  if (one === null || two === null) return one ?? two;
  return Math.min(one, two);
}

function startNext(state: WatchState): WatchStep {
  if (state.running !== null || state.queue.size === 0) return still(state);
  const files = state.plan.filter((file) => state.queue.has(file));
  return startRun({ ...state, queue: new Set(), queuedSave: null }, 'test', files, state.queuedSave);
}

function startRun(
  state: WatchState,
  mode: RunMode,
  files: readonly string[],
  savedAt: number | null,
): WatchStep {
  const run = state.lastRun + 1;
  const view = startRunView(state.now);
  return {
    state: { ...state, lastRun: run, running: { run, mode, files, savedAt, finished: new Set(), view } },
    commands: [{ kind: 'start', run, mode, files, filter: mode === 'test' ? state.filter : [] }],
  };
}

function hear(state: WatchState, run: number, event: TestEvent): WatchState {
  const { running } = state;
  if (running?.run !== run) return state;
  const view = followRun(running.view, event);
  if (event.kind !== 'file-finished') return { ...state, running: { ...running, view } };
  const finished = new Set([...running.finished, event.file]);
  return { ...keep(state, event.file, event.result), running: { ...running, view, finished } };
}

/** A result that could not come to be does not take the place of one that did. */
function keep(state: WatchState, file: string, latest: SuiteResult): WatchState {
  // A suite can go away while it runs.
  if (!state.plan.includes(file)) return state;
  const before = state.results.get(file);
  const good = isUnread(latest) ? (before?.good ?? before?.latest ?? null) : null;
  const isGood = good !== null && !isUnread(good);
  return {
    ...state,
    results: new Map([...state.results, [file, { latest, good: isGood ? good : null }]]),
  };
}

/** Whether the suite, or what it needs, could not be read, so that no case was compared. */
function isUnread({ cases, problems }: SuiteResult): boolean {
  return cases.length === 0 && problems.length > 0;
}

function endRun(state: WatchState, run: number, end: RunEnd): WatchStep {
  const { running, now } = state;
  if (running?.run !== run) return still(state);
  const ended: WatchState = { ...state, running: null };
  if (end.kind === 'stopped') {
    const left = running.files.filter((file) => !running.finished.has(file));
    const planned = left.filter((file) => state.plan.includes(file));
    return startNext(enqueue(ended, planned, running.savedAt));
  }
  const { mode, files, savedAt, view } = running;
  const conclusion = {
    run,
    mode,
    files: files.length,
    took: now - view.startedAt,
    sinceSaved: savedAt === null ? null : now - savedAt,
    error: end.kind === 'failed' ? end.error : null,
  };
  const next = startNext({ ...ended, conclusion, isDrawn: false });
  return { ...next, commands: [{ kind: 'draw' }, ...next.commands] };
}
