import { createConnection } from 'node:net';
import { createLineReader } from '@agentpolicy/message';
import { CLOSE_LINE, formatQuestion, MAX_LINE, readAnswer } from './approval-lines.ts';
import type { ApprovalAnswer, Approver } from './approver.ts';
import { findForeignAccess, isOwnSocket } from './socket-folder.ts';

/**
 * Asks the console that listens at a path (`aip approvals`). Nobody is asked where the path is open to others:
 * whoever answers must be this user.
 */
export function createConsoleClient(path: string): Approver {
  return {
    ask(request, signal) {
      if (findForeignAccess(path) !== null || !isOwnSocket(path)) return Promise.resolve('unavailable');
      return new Promise<ApprovalAnswer>((resolve) => {
        const socket = createConnection({ path });
        const lines = createLineReader({ maxBytes: MAX_LINE });
        const close = (): void => {
          if (socket.connecting) socket.destroy();
          else socket.end(CLOSE_LINE);
          settle('denied');
        };
        const settle = (answer: ApprovalAnswer): void => {
          signal.removeEventListener('abort', close);
          resolve(answer);
        };
        signal.addEventListener('abort', close, { once: true });
        socket.once('connect', () => socket.write(formatQuestion(request)));
        socket.on('data', (chunk: Uint8Array) => {
          const [line] = lines.push(chunk);
          if (line === undefined) return;
          const answer = line.kind === 'line' ? readAnswer(line.text) : null;
          socket.end();
          settle(answer === null ? 'unavailable' : answer.approve ? 'approved' : 'denied');
        });
        // A console that goes away has answered nothing: the next way is tried.
        socket.on('error', () => settle('unavailable'));
        socket.once('close', () => settle('unavailable'));
      });
    },
  };
}
