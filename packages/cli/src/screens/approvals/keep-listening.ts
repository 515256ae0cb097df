import { lstatSync } from 'node:fs';
import { type ApprovalConsole, listenForApprovals, ProxyError } from '@agentpolicy/proxy';
import type { ApprovalListener } from './run-approvals-screen.ts';

/** Milliseconds between two looks at the socket. */
const INTERVAL = 2000;

/**
 * Listens for questions, and again where the socket goes away: a cleaned folder would else leave a console
 * that waits in vain. Questions that are open stay open.
 * @throws ProxyError `approval-socket` where it can't listen at first.
 */
export async function keepListening(
  path: string,
  { onPending, onTrouble }: ApprovalListener,
  interval = INTERVAL,
): Promise<{ close(): Promise<void> }> {
  const consoles: ApprovalConsole[] = [await listenForApprovals(path, onPending)];
  let own = identify(path);
  let isBusy = false;
  let isOver = false;
  const look = async (): Promise<void> => {
    const found = identify(path);
    if (isBusy || (found !== null && found === own)) return;
    isBusy = true;
    try {
      const another = await listenForApprovals(path, onPending);
      consoles.push(another);
      if (isOver) return await another.close();
      own = identify(path);
      onTrouble(null);
    } catch (failure) {
      onTrouble(failure instanceof ProxyError ? failure.message : `nobody can ask at ${path} any more`);
    } finally {
      isBusy = false;
    }
  };
  const timer = setInterval(() => void look(), interval);
  return {
    async close() {
      isOver = true;
      clearInterval(timer);
      for (const one of consoles) await one.close();
    },
  };
}

/** What tells a file from another one that takes its place; null where there is none. */
function identify(path: string): string | null {
  try {
    const { dev, ino, ctimeMs } = lstatSync(path);
    return `${dev}:${ino}:${ctimeMs}`;
  } catch {
    return null;
  }
}
