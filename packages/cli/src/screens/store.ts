/** What an event has come to: the state behind it, and what is to be done outside. */
export interface Step<State, Command> {
  readonly state: State;
  readonly commands: readonly Command[];
}

/** Holds the state of a screen. All changes go through a pure function. */
export interface Store<State, Event> {
  readonly read: () => State;
  readonly send: (event: Event) => void;
  /** Calls back after each change; gives a function that ends it. */
  readonly subscribe: (onChange: () => void) => () => void;
}

/**
 * A store whose commands are carried out one after the other, in the order of the events, after the state has
 * changed: what a command sends is taken up behind it.
 */
export function createStore<State, Event, Command>(
  initial: State,
  update: (state: State, event: Event) => Step<State, Command>,
  run: (command: Command) => void,
): Store<State, Event> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    read: () => state,
    send(event) {
      const step = update(state, event);
      const isChanged = step.state !== state;
      state = step.state;
      if (isChanged) for (const listener of listeners) listener();
      for (const command of step.commands) run(command);
    },
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}
