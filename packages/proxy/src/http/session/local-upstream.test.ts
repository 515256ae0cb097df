import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { NO_AUDIT } from '../../audit/sink.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { createLog } from '../../stdio/log.ts';
import type { ServerExit, ServerProcess } from '../../stdio/server-process.ts';
import { HttpSession } from './http-session.ts';
import { LocalUpstream } from './local-upstream.ts';

const fail = (): never => {
  throw new RangeError('out of order');
};

const GATEWAY: Gateway = {
  receive: fail,
  answerQuestion: () => [],
  tick: () => [],
  replaceEngine: () => undefined,
  clientEnded: () => [],
  serverEnded: () => [],
  withdraw: () => [],
  hasPending: () => false,
  isListing: () => false,
};

it.each([
  ['a message of the server’s', 'stdout', null],
  ['what it writes to standard error', 'stderr', fail],
] as const)('a failure on %s ends the session, and nothing else', async (_, stream, scanText) => {
  const errors = new PassThrough();
  const log = createLog(errors);
  let exit: (exit: ServerExit) => void = () => undefined;
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const server: ServerProcess = {
    pid: 1,
    stdin,
    stdout,
    stderr,
    exited: new Promise((resolve) => {
      exit = resolve;
    }),
    signalGroup: () => false,
  };
  stdin.resume().once('end', () => {
    stdout.destroy();
    exit({ status: 0, signal: null });
  });
  const never = new AbortController().signal;
  const gone = new Promise<void>((onExit) => {
    new HttpSession(
      {
        gateway: GATEWAY,
        audit: NO_AUDIT,
        log,
        desk: { ask: async () => 'nobody', close: () => undefined },
        mayPass: () => true,
        register: () => () => undefined,
      },
      (session) =>
        new LocalUpstream(session, {
          server,
          log,
          maxBytes: 1000,
          times: { close: 100, closeWhilePending: 100, terminate: 100, kill: 100, deliver: 100 },
          interruption: {
            first: new Promise(() => undefined),
            begun: never,
            hurry: never,
            stop: () => undefined,
          },
          stderrScanner:
            scanText === null
              ? null
              : { scanText, scanMessage: () => ({ kind: 'clean', events: [], truncated: false }) },
          onStderrMatch: () => undefined,
          onExit,
        }),
    );
  });
  ({ stdout, stderr })[stream].write('{"jsonrpc":"2.0","method":"x"}\n');
  await gone;
  expect(String(errors.read())).toBe(
    '[aip-proxy] INTERNAL_ERROR: RangeError in the proxy; the session ends\n',
  );
});
