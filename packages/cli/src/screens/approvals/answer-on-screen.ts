import type { CommandContext } from '../../context.ts';
import { endBySignal } from '../terminal/open-screen.ts';
import { keepListening } from './keep-listening.ts';
import { runApprovalsScreen } from './run-approvals-screen.ts';

/**
 * Shows the questions that proxies ask at a path on the terminal of the command, until somebody quits.
 * @throws ProxyError `approval-socket` where it can't listen there.
 */
export async function answerOnScreen(context: CommandContext, path: string): Promise<void> {
  const { signal, summary } = await runApprovalsScreen({
    terminal: context,
    style: context.style,
    path,
    clock: () => ({ now: performance.now(), time: Date.now() }),
    listen: (listener) => keepListening(path, listener),
  });
  context.print(...summary);
  if (signal !== null) await endBySignal(signal);
}
