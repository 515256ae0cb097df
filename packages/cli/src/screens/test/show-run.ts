import type { TestEvent, TestListener } from '@agentpolicy/test-runner';
import type { CommandContext } from '../../context.ts';
import { followRun, startRunView } from '../../test-watch/run-view.ts';
import { canShowScreen } from '../terminal/can-show-screen.ts';
import type { LiveView } from './open-live-view.ts';

/** Milliseconds; a run that is over by then shows nothing but its report. */
const FIRST_MS = 400;

/**
 * Runs something that tells of its tests. At a terminal, a run that takes long is shown while it goes on; the
 * view is gone when the run has ended. Elsewhere, and where nothing is to be said, it gets no listener.
 */
export async function showRun<Result>(
  context: CommandContext,
  isQuiet: boolean,
  run: (settings: { readonly listener?: TestListener }) => Promise<Result>,
): Promise<Result> {
  if (isQuiet || !canShowScreen(context)) return run({});
  const now = (): number => performance.now();
  let view = startRunView(now());
  let lastAt = view.startedAt;
  let opening: Promise<LiveView> | null = null;
  let shown: LiveView | null = null;
  const onEvent = (event: TestEvent): void => {
    view = followRun(view, event);
    lastAt = event.at;
    if (shown !== null) shown.tell(event);
    // Ink is only loaded for who waits.
    else if (opening === null && event.at - view.startedAt > FIRST_MS)
      opening = import('./open-live-view.ts').then(({ openLiveView }) => {
        shown = openLiveView(context, view, lastAt);
        return shown;
      });
  };
  try {
    return await run({ listener: { now, onEvent } });
  } finally {
    const last: Promise<LiveView> | null = opening;
    if (last !== null) await closeView(last);
  }
}

async function closeView(opening: Promise<LiveView>): Promise<void> {
  const view = await opening;
  await view.close();
}
