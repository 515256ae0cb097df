import type { PendingApproval } from '@agentpolicy/proxy';
import { createElement } from 'react';
import type { Style } from '../../terminal/style.ts';
import { createStore } from '../store.ts';
import { openScreen, sizeOf, type Terminal } from '../terminal/open-screen.ts';
import { tame } from '../text/tame.ts';
import { ApprovalsScreen } from './approvals-screen.tsx';
import { summarize } from './describe-past.ts';
import { type ConsoleCommand, type ConsoleEvent, type Moment, startConsole } from './state.ts';
import { updateConsole } from './update.ts';

const BELL = '\u0007';

/** Milliseconds between two looks at the clock. */
const TICK = 250;

export interface ApprovalsScreenOptions {
  readonly terminal: Terminal;
  readonly style: Style;
  /** Where proxies ask. */
  readonly path: string;
  readonly clock: () => Moment;
  /** Starts to listen; what it gives ends that. */
  readonly listen: (listener: ApprovalListener) => Promise<{ close(): Promise<void> }>;
}

export interface ApprovalListener {
  readonly onPending: (pending: PendingApproval) => void;
  /** Why no proxy can ask any more; null once they can again. */
  readonly onTrouble: (trouble: string | null) => void;
}

export interface ApprovalsScreenEnd {
  /** The signal that ended it, or null. */
  readonly signal: NodeJS.Signals | null;
  /** What it leaves in the terminal. */
  readonly summary: readonly string[];
}

/** Shows the questions of proxies on the whole terminal until somebody quits. Fails as `listen` does. */
export async function runApprovalsScreen(options: ApprovalsScreenOptions): Promise<ApprovalsScreenEnd> {
  const { terminal, style, clock } = options;
  const open = new Map<number, PendingApproval>();
  let lastId = 0;
  const run = (command: ConsoleCommand): void => {
    switch (command.kind) {
      case 'answer': {
        const pending = open.get(command.id);
        open.delete(command.id);
        pending?.answer(command.approve);
        return;
      }
      case 'ring':
        terminal.stdout.write(BELL);
        return;
      case 'quit':
        screen.close();
    }
  };
  const store = createStore(startConsole(sizeOf(terminal.stdout), clock().now), updateConsole, run);
  const send = (event: EventFacts): void => store.send({ ...event, ...clock() });
  const server = await options.listen({
    onPending(pending) {
      const id = ++lastId;
      open.set(id, pending);
      send({ kind: 'asked', id, question: pending });
      pending.closed.addEventListener('abort', () => {
        if (open.delete(id)) send({ kind: 'closed', id });
      });
    },
    onTrouble: (trouble) => send({ kind: 'trouble', trouble: trouble === null ? null : tame(trouble) }),
  });
  const screen = openScreen(
    createElement(ApprovalsScreen, {
      store,
      onKey: (key) => send({ kind: 'key', key }),
      onDrawn: (drawn) => send({ kind: 'drawn', ...drawn }),
      path: tame(options.path),
      style,
    }),
    { terminal, isFull: true, onResize: (size) => send({ kind: 'resized', size }) },
  );
  const ticking = setInterval(() => send({ kind: 'tick' }), TICK);
  try {
    const signal = await screen.closed;
    return { signal, summary: summarize(store.read()) };
  } finally {
    clearInterval(ticking);
    await server.close();
  }
}

/** What an event says beside its moment. */
type EventFacts = ConsoleEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, keyof Moment>
    : never
  : never;
