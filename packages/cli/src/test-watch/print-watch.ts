import type { CommandContext } from '../context.ts';
import { escapeControls } from '../terminal/printable.ts';
import { breakCommands } from '../test-report/break-commands.ts';
import type { WatchState } from './state.ts';
import { countCases, describeConclusion } from './summarize.ts';
import type { WatchSession } from './watch-session.ts';

/** Prints what each run of a watch comes to, as plain lines, until the process is ended. */
export async function printWatch(context: CommandContext, session: WatchSession): Promise<void> {
  let printed = 0;
  let trouble: string | null = null;
  session.store.subscribe(() => {
    const state = session.store.read();
    if (state.trouble !== trouble) {
      trouble = state.trouble;
      context.print(escapeControls(trouble ?? 'the tests are found again'));
    }
    // The report of a run is drawn behind its end.
    if (state.conclusion === null || state.conclusion.run <= printed || !state.isDrawn) return;
    printed = state.conclusion.run;
    const isOnGithub = context.environment.GITHUB_ACTIONS === 'true';
    context.print(
      ...state.lines.map((line) => (isOnGithub ? breakCommands(line, 'text') : line)),
      describeWatch(state),
    );
  });
  context.print('Watching; Ctrl-C ends it');
  session.begin();
  await session.quit;
}

function describeWatch(state: WatchState): string {
  const { passed, failed } = countCases(state);
  const { conclusion } = state;
  const ran = conclusion === null ? '' : escapeControls(describeConclusion(conclusion));
  return `${ran}: ${passed} passed, ${failed} failed`;
}
