import type { Step } from '../store.ts';
import type { Key } from '../terminal/read-key.ts';
import { measurePage } from './layout.ts';
import { endCall, moveBy, moveOn } from './selection.ts';
import {
  type Confirmation,
  type ConsoleCommand,
  type ConsoleState,
  findSelected,
  type View,
} from './state.ts';

/**
 * Milliseconds that a call, or a question about it, must have been on the screen before a key counts for it:
 * a key that was on its way when it came was meant for something else.
 */
export const READ_TIME = 500;

type KeyStep = Step<ConsoleState, ConsoleCommand>;

/** What a key does. Nothing but `a`, read, and then `y`, both for the same call, approves it. */
export function pressKey(before: ConsoleState, key: Key, time: number): KeyStep {
  const state: ConsoleState = { ...before, notice: null, confirmation: null };
  if (key.kind === 'interrupt') return { state, commands: [{ kind: 'quit' }] };
  if (before.confirmation !== null) return confirm(state, before.confirmation, key, time);
  switch (key.kind) {
    case 'text':
      return still(say(state, 'several keys at once: nothing is done'));
    case 'named':
      return still(pressNamed(state, key.name));
    case 'character':
      return pressCharacter(state, key.character, time);
  }
}

function pressCharacter(state: ConsoleState, character: string, time: number): KeyStep {
  switch (character) {
    case 'a':
      return still(startApproval(state));
    case 'd':
      return deny(state, time);
    case 'v':
      return still(toggle(state, 'arguments'));
    case 'h':
      return still(toggle(state, 'history'));
    case 'j':
      return still(step(state, 1));
    case 'k':
      return still(step(state, -1));
    case 'q':
      return quit(state);
    default:
      return still(state);
  }
}

function pressNamed(state: ConsoleState, name: Extract<Key, { kind: 'named' }>['name']): ConsoleState {
  const { rows, lastTop } = measurePage(state);
  switch (name) {
    case 'up':
      return step(state, -1);
    case 'down':
      return step(state, 1);
    case 'page-up':
      return scrollTo(state, state.top - rows);
    case 'page-down':
      return scrollTo(state, state.top + rows);
    case 'home':
      return scrollTo(state, 0);
    case 'end':
      return scrollTo(state, lastTop);
    case 'escape':
      return show(state, 'calls');
    case 'enter':
    case 'backspace':
      return state;
  }
}

function step(state: ConsoleState, by: 1 | -1): ConsoleState {
  return state.view === 'calls' ? moveBy(state, by) : scrollTo(state, state.top + by);
}

function scrollTo(state: ConsoleState, top: number): ConsoleState {
  return { ...state, top: Math.min(Math.max(top, 0), measurePage(state).lastTop) };
}

function toggle(state: ConsoleState, view: 'arguments' | 'history'): ConsoleState {
  if (state.view === view) return show(state, 'calls');
  return view === 'arguments' && state.selection === null ? state : show(state, view);
}

/** Behind the history a call can come up unseen: it is to be drawn first. */
function show(state: ConsoleState, view: View): ConsoleState {
  const { selection } = state;
  const shown = state.view === 'history' && selection !== null ? { ...selection, since: null } : selection;
  return { ...state, view, top: 0, selection: shown };
}

/** The call that an answer would be for; what keeps it from being answered now. */
function findAnswerable(state: ConsoleState): { readonly id: number } | { readonly problem: string } {
  const selected = findSelected(state);
  if (selected === undefined || state.selection === null) return { problem: 'nothing is asked now' };
  const { id } = selected.call;
  if (state.view === 'history') return { problem: 'go back to the calls first: h' };
  if (selected.ended !== null) return { problem: `#${id} is ${selected.ended.outcome} already` };
  if (!couldBeRead(state.selection.since, state.now))
    return { problem: `#${id} has only just come up: read it, then press the key again` };
  return { id };
}

function couldBeRead(since: number | null, now: number): boolean {
  return since !== null && now - since >= READ_TIME;
}

function startApproval(state: ConsoleState): ConsoleState {
  const found = findAnswerable(state);
  if ('problem' in found) return say(state, found.problem);
  return { ...state, confirmation: { kind: 'approve', id: found.id, since: null } };
}

function deny(state: ConsoleState, time: number): KeyStep {
  const found = findAnswerable(state);
  return 'problem' in found ? still(say(state, found.problem)) : answer(state, found.id, false, time);
}

function confirm(state: ConsoleState, confirmation: Confirmation, key: Key, time: number): KeyStep {
  const character = key.kind === 'character' ? key.character : null;
  switch (confirmation.kind) {
    case 'quit':
      return character === 'q' ? { state, commands: [{ kind: 'quit' }] } : still(state);
    case 'approve': {
      const { id, since } = confirmation;
      if (character !== 'y') return still(say(state, `#${id} is not approved`));
      if (!couldBeRead(since, state.now))
        return still(say(state, 'y came at once behind a: read, then press a and y again'));
      return findSelected(state)?.call.id === id ? answer(state, id, true, time) : still(state);
    }
  }
}

function answer(state: ConsoleState, id: number, approve: boolean, time: number): KeyStep {
  if (findSelected(state)?.ended !== null) return still(state);
  const ended = endCall(state, id, approve ? 'approved' : 'denied', time);
  const said = say(moveOn(ended), `#${id} ${approve ? 'approved' : 'denied'}`);
  return { state: said, commands: [{ kind: 'answer', id, approve }] };
}

function quit(state: ConsoleState): KeyStep {
  const waiting = state.calls.filter(({ ended }) => ended === null).length;
  if (waiting === 0) return { state, commands: [{ kind: 'quit' }] };
  return still({ ...state, confirmation: { kind: 'quit' } });
}

function say(state: ConsoleState, notice: string): ConsoleState {
  return { ...state, notice };
}

function still(state: ConsoleState): KeyStep {
  return { state, commands: [] };
}
