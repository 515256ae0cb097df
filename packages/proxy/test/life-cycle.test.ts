import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, Scanner } from '@agentpolicy/engine';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EndTimes } from '../src/stdio/end-server.ts';
import { isAlive } from './support/alive.ts';
import { ProxySession } from './support/session.ts';
import { createStubEngine } from './support/stub-engine.ts';
import { callTool, request } from './support/wire.ts';
import { makeEngine } from './support/wire-gateway.ts';

const ENGINE = createStubEngine({ tools: { read: 'allow' }, secret: 'AKIAIOSFODNN7EXAMPLE' });
const QUICK: EndTimes = { close: 300, closeWhilePending: 600, terminate: 300, kill: 1000, deliver: 1000 };

let session: ProxySession;
beforeEach(() => {
  session = new ProxySession();
});
afterEach(() => session.cleanUp());

async function readPids(): Promise<readonly number[]> {
  for (;;) {
    try {
      const text = readFileSync(session.receivedPath, 'utf8');
      if (text !== '') return text.split(' ').map(Number);
    } catch {
      // Not written yet.
    }
    await sleep(10);
  }
}

function failure(id: number, reason: string, tool?: string): string {
  const data = tool === undefined ? { reason } : { reason, tool };
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32603, message: 'Internal error', data } });
}

describe('the server ends', () => {
  it('by itself: what it wrote is delivered, what is open is answered, its status is ours', async () => {
    session.startMisbehaving(ENGINE, 'exit-after-answer');
    session.send(`${callTool(1, 'read')}\n${request(2, 'ping')}\n${callTool(3, 'read')}`);
    expect(await session.status).toBe(3);
    expect(session.stdout.lines()).toEqual([
      '{"jsonrpc":"2.0","id":1,"result":{"last":"words"}}',
      failure(2, 'The server exited with status 3'),
      failure(3, 'The server exited with status 3', 'read'),
    ]);
  });

  it('in the middle of a message: nothing of it is passed on, the caller is told', async () => {
    session.startMisbehaving(ENGINE, 'crash-mid-message').send(callTool(1, 'read'));
    expect(await session.status).toBe(137);
    expect(session.stdout.lines()).toEqual([failure(1, 'The server was ended by SIGKILL', 'read')]);
  });

  it('without a last line feed: the line counts', async () => {
    session.startMisbehaving(ENGINE, 'no-line-feed').send(callTool(1, 'read'));
    expect(await session.status).toBe(0);
    expect(session.stdout.lines()).toEqual(['{"jsonrpc":"2.0","id":1,"result":{"last":"line"}}']);
  });

  it('at once: what was asked in the meantime is answered', async () => {
    session.startMisbehaving(ENGINE, 'exit-at-once').send(callTool(1, 'read'));
    expect(await session.status).toBe(7);
    expect(session.stdout.lines()).toEqual([failure(1, 'The server exited with status 7', 'read')]);
  });

  it.skipIf(process.platform === 'win32')('and leaves a child behind: that ends too', async () => {
    session.startMisbehaving(ENGINE, 'leaves-child', { endTimes: QUICK }).send(callTool(1, 'read'));
    expect(await session.status).toBe(4);
    const pids = await readPids();
    expect(pids).toHaveLength(2);
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

it.skipIf(process.platform === 'win32')(
  'a child that left the group and goes on writing holds up nothing',
  async () => {
    session.startMisbehaving(ENGINE, 'escaped-child', { endTimes: QUICK }).send(callTool(1, 'read'));
    expect(await session.status).toBe(4);
    expect(session.stdout.lines().at(-1)).toBe(failure(1, 'The server exited with status 4', 'read'));
    // It can't be ended with the group: closing its output does.
    const [, child] = await readPids();
    while (child !== undefined && isAlive(child)) await sleep(20);
  },
);

it('a failure of the proxy itself ends the session in good order, and is told', async () => {
  let isBroken = false;
  const clock = (): number => {
    if (isBroken) throw new Error('out of order');
    return 0;
  };
  session.startMisbehaving(ENGINE, 'stubborn', { clock, endTimes: QUICK }).send(callTool(1, 'read'));
  await readPids();
  isBroken = true;
  expect(await session.status).toBe(70);
  expect(session.stdout.lines()).toEqual([failure(1, 'The proxy failed', 'read')]);
  expect(session.stderr.text()).toContain('INTERNAL_ERROR: Error in the proxy; the session ends\n');
  expect(session.stderr.text()).not.toMatch(/out of order|\.ts:\d/);
  expect(session.auditRecords().at(-1)).toMatchObject({
    event: 'PROXY_FAILED',
    reason: 'Error in the proxy',
  });
  const pid = Number(/PID (\d+)/.exec(session.stderr.text())?.[1]);
  while (isAlive(pid)) await sleep(20);
});

it.each([
  ['what the server writes to standard error', 'logs', 'The proxy failed', 70],
  ['an answer', 'responses', 'The message could not be judged', 0],
] as const)('a failure on %s leaves nobody waiting', async (_, broken, reason, status) => {
  const fail = (text: string): void => {
    if (text.includes('AKIA') || text.includes('result')) throw new RangeError('out of order');
  };
  const failing: Scanner = {
    scanText(text) {
      fail(text);
      return { text, events: [], truncated: false };
    },
    scanMessage(_, source) {
      fail(source);
      return { kind: 'clean', events: [], truncated: false };
    },
  };
  const policy =
    'allowed_tools: [read]\ndlp:\n  filter_stderr: true\n  patterns:\n    - { name: key, regex: AKIA }';
  const engine: Engine = { ...makeEngine(policy), [broken]: failing };
  session.startMisbehaving(engine, 'split-secret', { endTimes: QUICK }).send(callTool(1, 'read'));
  await session.stdout.waitForLines(1);
  expect(session.stdout.lines()).toEqual([failure(1, reason, 'read')]);
  expect(session.stderr.text()).not.toMatch(/out of order|\.ts:\d/);
  expect(await session.finish()).toBe(status);
});

it('a failure of one decision refuses that message, and the next ones pass', async () => {
  const broken: Engine = {
    ...ENGINE,
    decideMethod: (method) => {
      if (method === 'boom') throw new Error('out of order');
      return ENGINE.decideMethod(method);
    },
  };
  session.startRecorder(broken, []).send(request(2, 'boom'), request(3, 'ping'));
  await session.stdout.waitForLines(2);
  expect(session.received()).toBe(`${request(3, 'ping')}\n`);
  expect(await session.finish()).toBe(0);
});

describe('the client ends', () => {
  it('and a server that goes on reading is ended', async () => {
    session.startMisbehaving(ENGINE, 'silent', { endTimes: QUICK });
    expect(await session.finish()).toBe(0);
  });

  it('while it waits for an answer: it gets one', async () => {
    session.startMisbehaving(ENGINE, 'stubborn', { endTimes: QUICK }).send(callTool(1, 'read'));
    await readPids();
    expect(await session.finish()).toBe(0);
    expect(session.stdout.lines()).toEqual([failure(1, 'The server was ended by SIGKILL', 'read')]);
  });

  it('and no longer reads: the server is ended', async () => {
    session.startMisbehaving(ENGINE, 'flood', { endTimes: QUICK }).send(callTool(1, 'read'));
    await session.stdout.waitForLines(100);
    session.stdout.stream.destroy(new Error('EPIPE'));
    expect(await session.status).toBe(0);
  });

  it.skipIf(process.platform === 'win32')(
    'and the whole group of a server that ignores SIGTERM ends',
    async () => {
      session.startMisbehaving(ENGINE, 'grandchild', { endTimes: QUICK });
      const pids = await readPids();
      expect(pids.filter(isAlive)).toHaveLength(2);
      expect(await session.finish()).toBe(0);
      // A grandchild is nobody's to wait for: the kernel tells its end to no one but its new parent.
      await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), { timeout: 10_000 });
    },
  );
});

describe('a signal comes', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends the server and is our status', async (signal, status) => {
    session.startMisbehaving(ENGINE, 'stubborn', { endTimes: QUICK }).send(callTool(1, 'read'));
    const [pid] = await readPids();
    session.signals.send(signal);
    expect(await session.status).toBe(status);
    expect(pid === undefined || isAlive(pid)).toBe(false);
    expect(session.stdout.lines()).toEqual([failure(1, 'The server was ended by SIGKILL', 'read')]);
  });

  it('a second time, and nothing is waited for', async () => {
    const slow: EndTimes = {
      close: 60_000,
      closeWhilePending: 60_000,
      terminate: 60_000,
      kill: 1000,
      deliver: 1000,
    };
    session.startMisbehaving(ENGINE, 'stubborn', { endTimes: slow });
    await readPids();
    session.signals.send('SIGTERM');
    session.signals.send('SIGTERM');
    expect(await session.status).toBe(143);
  });

  it('after the client has left, and the server is ended at once', async () => {
    const slow: EndTimes = {
      close: 60_000,
      closeWhilePending: 60_000,
      terminate: 300,
      kill: 1000,
      deliver: 1000,
    };
    session.startMisbehaving(ENGINE, 'stubborn', { endTimes: slow });
    await readPids();
    session.stdin.end();
    session.signals.send('SIGTERM');
    expect(await session.status).toBe(143);
  });
});

describe('the server can not be started', () => {
  it.each([
    ['a program that is not there', ['/nowhere/at-all'], 'no such program'],
    ['a file that is no program', [import.meta.filename], 'it is not executable'],
    ['a directory', [import.meta.dirname], 'it is not executable'],
    ['nothing', [], 'there is no command to start'],
  ])('%s', async (_, target, problem) => {
    session.start(ENGINE, target);
    await expect(session.status).rejects.toMatchObject({ code: 'spawn-failed' });
    await expect(session.status).rejects.toThrow(problem);
  });
});

it('says so where the directory to start it in is missing', async () => {
  session.start(ENGINE, [process.execPath, '-v'], { cwd: '/no/such/directory' });
  await expect(session.status).rejects.toThrow('/no/such/directory, does not exist');
});

describe('the server misbehaves', () => {
  it('with an overlong line: the caller is told, the next message passes', async () => {
    session.startMisbehaving(ENGINE, 'huge-line', { maxLineBytes: 1 << 20, endTimes: QUICK });
    session.send(callTool(1, 'read'), request(2, 'ping'));
    await session.stdout.waitForLines(2);
    await session.finish();
    const [first, second] = session.stdout.lines();
    expect(first).toContain('"id":1,"error":{"code":-32603');
    expect(first).toContain('more than the limit');
    expect(second).toBe('{"jsonrpc":"2.0","id":2,"result":{}}');
  });

  it('with output that is no message: it goes to standard error, through the scanner', async () => {
    session.startMisbehaving(ENGINE, 'junk', { endTimes: QUICK }).send(callTool(1, 'read'));
    await session.stderr.waitFor((text) => text.includes('bye\n'));
    await session.finish();
    expect(session.stdout.lines()).toEqual(['{"jsonrpc":"2.0","id":1,"result":{}}']);
    for (const line of ['Server starting...', 'key [REDACTED:secret]', '{"not":"a message"}', 'bye'])
      expect(session.stderr.lines()).toContain(line);
    expect(session.stderr.text()).not.toContain('AKIA');
  });

  it('with a secret on standard error, in two pieces', async () => {
    const table = { ...ENGINE.table, dlp: FILTERED };
    session
      .startMisbehaving({ ...ENGINE, table }, 'split-secret', { endTimes: QUICK })
      .send(callTool(1, 'read'));
    await session.stdout.waitForLines(1);
    await session.finish();
    expect(session.stderr.lines()).toContain('key: [REDACTED:secret] done');
    expect(session.stderr.text()).not.toContain('ODNN7');
    expect(session.auditRecords()).toContainEqual(
      expect.objectContaining({ event: 'DLP_TRIGGERED', dlp_rule: 'secret', dlp_match_count: 1 }),
    );
  });
});

const FILTERED = {
  scanRequests: false,
  scanResponses: true,
  detectEncoding: false,
  filterStderr: true,
  maxScanSize: null,
  onRequestMatch: 'block',
  onRedactionFailure: 'block',
  logOriginalOnFailure: false,
  patterns: [],
} as const;
