import { createElement } from 'react';
import type { Style } from '../../terminal/style.ts';
import type { WatchSession } from '../../test-watch/watch-session.ts';
import { openScreen, type Terminal } from '../terminal/open-screen.ts';
import { WatchScreen } from './watch-screen.tsx';

/** Milliseconds between two drawings of a run that goes on. */
const TICK = 250;

/** Shows a watch on the whole terminal until somebody quits; gives the signal that ended it, or null. */
export async function watchOnScreen(
  session: WatchSession,
  { terminal, style }: { readonly terminal: Terminal; readonly style: Style },
): Promise<NodeJS.Signals | null> {
  const screen = openScreen(
    createElement(WatchScreen, {
      store: session.store,
      onKey: (key) => session.send({ kind: 'key', key }),
      style,
    }),
    { terminal, isFull: true, onResize: (size) => session.send({ kind: 'resized', size }) },
  );
  const ticking = setInterval(() => {
    if (session.store.read().running !== null) session.send({ kind: 'tick' });
  }, TICK);
  session.begin();
  try {
    void session.quit.then(screen.close);
    return await screen.closed;
  } finally {
    clearInterval(ticking);
    session.close();
  }
}
