import { type ConsoleState, findSelected, type ListedCall, type Outcome } from './state.ts';

/** As many past calls are kept. */
const MAX_HISTORY = 500;

/** Writes down what became of a call. It leaves the list, unless keys may be on their way to it. */
export function endCall(state: ConsoleState, id: number, outcome: Outcome, time: number): ConsoleState {
  const listed = state.calls.find(({ call }) => call.id === id);
  if (listed === undefined || listed.ended !== null) return state;
  const { counts, confirmation, selection } = state;
  const isSelected = selection?.id === id;
  const past = { id, tool: listed.call.tool, outcome, at: time };
  const ended: ConsoleState = {
    ...state,
    history: [...state.history, past].slice(-MAX_HISTORY),
    counts: { ...counts, [outcome]: counts[outcome] + 1 },
    confirmation: confirmation?.kind === 'approve' && confirmation.id === id ? null : confirmation,
  };
  if (!isSelected) return { ...ended, calls: state.calls.filter(({ call }) => call.id !== id) };
  return {
    ...ended,
    calls: state.calls.map((one) => (one === listed ? { ...one, ended: { outcome, now: state.now } } : one)),
  };
}

/** Leaves the selected call for the one behind it, or else for the one before it; calls that ended leave the list. */
export function moveOn(state: ConsoleState): ConsoleState {
  const index = indexOfSelected(state);
  const isOpen = ({ ended }: ListedCall): boolean => ended === null;
  const next =
    state.calls.slice(index + 1).find(isOpen) ?? state.calls.slice(0, Math.max(index, 0)).findLast(isOpen);
  return select(state, next);
}

/** Moves the selection by one call. */
export function moveBy(state: ConsoleState, step: 1 | -1): ConsoleState {
  const index = indexOfSelected(state);
  const next = state.calls[index + step];
  if (next !== undefined) return select(state, next);
  // One that ended is left behind where there is nothing to move to in that direction.
  return findSelected(state)?.ended == null ? state : moveOn(state);
}

function indexOfSelected({ calls, selection }: ConsoleState): number {
  return calls.findIndex(({ call }) => call.id === selection?.id);
}

function select(state: ConsoleState, listed: ListedCall | undefined): ConsoleState {
  const id = listed?.call.id;
  return {
    ...state,
    calls: state.calls.filter(({ call, ended }) => ended === null || call.id === id),
    selection: id === undefined ? null : { id, since: null },
    confirmation: null,
    top: 0,
    view: id === undefined && state.view === 'arguments' ? 'calls' : state.view,
  };
}
