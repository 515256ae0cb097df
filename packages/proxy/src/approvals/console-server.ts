import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { createLineReader } from '@agentpolicy/message';
import { ProxyError } from '../errors/proxy-error.ts';
import { formatAnswer, MAX_LINE, type QuestionLine, readProxyLine } from './approval-lines.ts';
import { findForeignAccess, isOwnSocket } from './socket-folder.ts';

const OWNER_ONLY_FOLDER = 0o700;
const OWNER_ONLY = 0o600;

/** As many questions are open at a console. */
const MAX_OPEN = 200;

/** A call that waits for an answer. None of its texts is tamed. */
export interface PendingApproval extends QuestionLine {
  /** The first answer counts. */
  answer(approve: boolean): void;
  /** Aborted once nobody waits for an answer any more, or it was given. */
  readonly closed: AbortSignal;
}

export interface ApprovalConsole {
  close(): Promise<void>;
}

/**
 * Listens for questions of the proxies of this user. The socket stands in a folder that only the user can
 * open; one that does not exist is made.
 * @throws ProxyError `approval-socket` where the folder is open to others, or another console listens.
 */
export async function listenForApprovals(
  path: string,
  onPending: (pending: PendingApproval) => void,
): Promise<ApprovalConsole> {
  mkdirSync(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER });
  const foreign = findForeignAccess(path);
  if (foreign !== null) throw new ProxyError('approval-socket', `approvals can't be given there: ${foreign}`);
  if (isOwnSocket(path)) await removeStale(path);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (sockets.size > MAX_OPEN) socket.destroy();
    else serve(socket, onPending);
  });
  await listen(server, path);
  chmodSync(path, OWNER_ONLY);
  return {
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function serve(socket: Socket, onPending: (pending: PendingApproval) => void): void {
  const lines = createLineReader({ maxBytes: MAX_LINE });
  const closing = new AbortController();
  let isAsked = false;
  socket.on('error', () => socket.destroy());
  socket.once('close', () => closing.abort());
  socket.on('data', (chunk: Uint8Array) => {
    for (const line of lines.push(chunk)) {
      const read = line.kind === 'line' ? readProxyLine(line.text) : null;
      if (read?.type !== 'ask' || isAsked) {
        socket.destroy();
        return;
      }
      isAsked = true;
      onPending({
        ...read.question,
        closed: closing.signal,
        answer(approve) {
          if (closing.signal.aborted) return;
          socket.end(formatAnswer({ type: 'answer', approve }));
          closing.abort();
        },
      });
    }
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new ProxyError('approval-socket', `can't listen at ${path}: ${cause.message}`)),
    );
    server.listen(path, resolve);
  });
}

/** A console that was killed leaves its socket behind. */
async function removeStale(path: string): Promise<void> {
  const isServed = await new Promise<boolean>((resolve) => {
    const socket = createConnection({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
  if (isServed)
    throw new ProxyError('approval-socket', `another console listens at ${path} already; close it first`);
  rmSync(path, { force: true });
}
