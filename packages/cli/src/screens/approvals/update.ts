import type { Step } from '../store.ts';
import { takeQuestion } from './call.ts';
import { pressKey } from './press-key.ts';
import { endCall, moveOn } from './selection.ts';
import {
  type ConsoleCommand,
  type ConsoleEvent,
  type ConsoleState,
  type Drawn,
  findSelected,
} from './state.ts';

/** Milliseconds that a call which ended while it was selected stays on the screen. */
const FAREWELL_TIME = 3000;

/** What an event does to the console. */
export function updateConsole(before: ConsoleState, event: ConsoleEvent): Step<ConsoleState, ConsoleCommand> {
  const state: ConsoleState = { ...before, now: event.now };
  switch (event.kind) {
    case 'asked': {
      const call = takeQuestion(event.id, event.question, event.now);
      const added: ConsoleState = { ...state, calls: [...state.calls, { call, ended: null }] };
      if (added.selection !== null) return still(added);
      return { state: moveOn(added), commands: [{ kind: 'ring' }] };
    }
    case 'closed':
      return still(endCall(state, event.id, 'withdrawn', event.time));
    case 'drawn':
      return still(takeDrawing(before, event, event.now));
    case 'tick':
      return still(sayFarewell(endLate(state, event.time)));
    case 'resized':
      return still({ ...state, size: event.size, top: 0 });
    case 'trouble':
      return still({ ...state, trouble: event.trouble });
    case 'key':
      return pressKey(endLate(state, event.time), event.key, event.time);
  }
}

function still(state: ConsoleState): Step<ConsoleState, ConsoleCommand> {
  return { state, commands: [] };
}

/** Ends the calls whose time is over: their proxies take no answer any more. */
function endLate(state: ConsoleState, time: number): ConsoleState {
  return state.calls
    .filter(({ call, ended }) => ended === null && call.deadline <= state.now)
    .reduce((next, { call }) => endCall(next, call.id, 'timed out', time), state);
}

/** The next call takes the place of one that ended, once that could be read. */
function sayFarewell(state: ConsoleState): ConsoleState {
  const ended = findSelected(state)?.ended ?? null;
  return ended === null || state.now - ended.now < FAREWELL_TIME ? state : moveOn(state);
}

/** What is drawn for the first time can be read from now on. */
function takeDrawing(state: ConsoleState, { call, approval }: Drawn, now: number): ConsoleState {
  const { selection, confirmation } = state;
  const isNewCall = selection !== null && selection.id === call && selection.since === null;
  const isNewApproval =
    confirmation?.kind === 'approve' && confirmation.id === approval && confirmation.since === null;
  if (!isNewCall && !isNewApproval) return state;
  return {
    ...state,
    selection: isNewCall ? { ...selection, since: now } : selection,
    confirmation: isNewApproval ? { ...confirmation, since: now } : confirmation,
  };
}
