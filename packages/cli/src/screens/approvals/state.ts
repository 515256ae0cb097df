import type { TerminalSize } from '../terminal/open-screen.ts';
import type { Key } from '../terminal/read-key.ts';
import type { AskedCall, Question } from './call.ts';

/** What became of a call. */
export type Outcome = 'approved' | 'denied' | 'timed out' | 'withdrawn';

/** A call that is answered, or that nobody waits for any more. */
export interface PastCall {
  readonly id: number;
  readonly tool: string;
  readonly outcome: Outcome;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A call in the list. One that ended without an answer stays while it is selected: no other takes its place. */
export interface ListedCall {
  readonly call: AskedCall;
  readonly ended: Ending | null;
}

export interface Ending {
  readonly outcome: Outcome;
  /** Milliseconds of the screen's clock. */
  readonly now: number;
}

/** The call that keys mean. */
export interface Selection {
  readonly id: number;
  /** Since when it is drawn; null where it is not yet. */
  readonly since: number | null;
}

export type View = 'calls' | 'arguments' | 'history';

/** What waits for a second key. */
export type Confirmation =
  | { readonly kind: 'approve'; readonly id: number; readonly since: number | null }
  | { readonly kind: 'quit' };

export interface ConsoleState {
  readonly size: TerminalSize;
  /** Milliseconds of a clock of which only differences count. */
  readonly now: number;
  /** In the order in which they were asked. */
  readonly calls: readonly ListedCall[];
  readonly selection: Selection | null;
  readonly view: View;
  /** First line that a view of many lines shows. */
  readonly top: number;
  readonly confirmation: Confirmation | null;
  /** Oldest first. */
  readonly history: readonly PastCall[];
  readonly counts: Readonly<Record<Outcome, number>>;
  /** Said once, until the next key. */
  readonly notice: string | null;
  /** Why no proxy can ask; null where they can. */
  readonly trouble: string | null;
}

/** What a drawing of the screen tells of. */
export interface Drawn {
  /** The call whose details stand there; null where there are none. */
  readonly call: number | null;
  /** The call whose approval is asked back. */
  readonly approval: number | null;
}

/** The moment of an event. */
export interface Moment {
  /** Milliseconds of a clock of which only differences count. */
  readonly now: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export type ConsoleEvent = Moment &
  (
    | { readonly kind: 'asked'; readonly id: number; readonly question: Question }
    /** Nobody waits for an answer any more. */
    | { readonly kind: 'closed'; readonly id: number }
    | { readonly kind: 'key'; readonly key: Key }
    | ({ readonly kind: 'drawn' } & Drawn)
    | { readonly kind: 'tick' }
    | { readonly kind: 'resized'; readonly size: TerminalSize }
    | { readonly kind: 'trouble'; readonly trouble: string | null }
  );

export type ConsoleCommand =
  | { readonly kind: 'answer'; readonly id: number; readonly approve: boolean }
  /** Somebody is to look here. */
  | { readonly kind: 'ring' }
  | { readonly kind: 'quit' };

/** A console that nobody has asked anything. */
export function startConsole(size: TerminalSize, now: number): ConsoleState {
  return {
    size,
    now,
    calls: [],
    selection: null,
    view: 'calls',
    top: 0,
    confirmation: null,
    history: [],
    counts: { approved: 0, denied: 0, 'timed out': 0, withdrawn: 0 },
    notice: null,
    trouble: null,
  };
}

/** What a drawing of this state tells of. */
export function describeDrawing({ view, selection, confirmation }: ConsoleState): Drawn {
  return {
    call: view === 'history' ? null : (selection?.id ?? null),
    approval: confirmation?.kind === 'approve' ? confirmation.id : null,
  };
}

/** The call that keys mean. */
export function findSelected({ calls, selection }: ConsoleState): ListedCall | undefined {
  return calls.find(({ call }) => call.id === selection?.id);
}
