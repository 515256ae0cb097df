import type { TestEvent } from '@agentpolicy/test-runner';
import { createElement } from 'react';
import type { CommandContext } from '../../context.ts';
import { followRun, type RunView } from '../../test-watch/run-view.ts';
import { createStore } from '../store.ts';
import { endBySignal, openScreen, sizeOf } from '../terminal/open-screen.ts';
import { LiveScreen, type LiveState } from './live-screen.tsx';

export interface LiveView {
  readonly tell: (event: TestEvent) => void;
  /** Takes the view off the terminal. */
  readonly close: () => Promise<void>;
}

/** Shows a run below what stands on the terminal; keys are not read. */
export function openLiveView(context: CommandContext, view: RunView, now: number): LiveView {
  const initial: LiveState = { view, now, size: sizeOf(context.stdout) };
  const store = createStore<LiveState, LiveEvent, never>(initial, updateLive, () => undefined);
  const screen = openScreen(createElement(LiveScreen, { store, style: context.style }), {
    terminal: context,
    isFull: false,
    onResize: (size) => store.send({ kind: 'resized', size }),
  });
  const ended = screen.closed.then(async (signal) => {
    if (signal !== null) await endBySignal(signal);
  });
  return {
    tell: (event) => store.send({ kind: 'told', event }),
    async close() {
      screen.close();
      await ended;
    },
  };
}

type LiveEvent =
  | { readonly kind: 'told'; readonly event: TestEvent }
  | { readonly kind: 'resized'; readonly size: LiveState['size'] };

function updateLive(state: LiveState, event: LiveEvent): { state: LiveState; commands: [] } {
  switch (event.kind) {
    case 'told':
      return {
        state: { ...state, view: followRun(state.view, event.event), now: event.event.at },
        commands: [],
      };
    case 'resized':
      return { state: { ...state, size: event.size }, commands: [] };
  }
}
