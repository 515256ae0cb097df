import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApprovalDesk } from '../../src/approvals/approval-desk.ts';
import { formatQuestion, readProxyLine } from '../../src/approvals/approval-lines.ts';
import { type ApprovalAnswer, type ApprovalRequest, firstAvailable } from '../../src/approvals/approver.ts';
import { createConsoleClient } from '../../src/approvals/console-client.ts';
import { listenForApprovals, type PendingApproval } from '../../src/approvals/console-server.ts';
import { makeDialogCommand } from '../../src/approvals/desktop-dialog.ts';
import { describeQuestion } from '../../src/approvals/question-text.ts';
import { approvalSocketPath } from '../../src/approvals/socket-folder.ts';

const REQUEST: ApprovalRequest = {
  key: 1,
  tool: 'send',
  argsText: '{"to":"a"}',
  rule: 'spec.tool_rules[0] (line 3)',
  line: 3,
  policy: 'mine',
  policyFile: '/home/u/agent.yaml',
  target: 'node server.mjs',
  timeLimit: 1000,
};

describe('a desk', () => {
  const desk = (answer: Promise<ApprovalAnswer>, settings: { timeLimit?: number; now?: () => number } = {}) =>
    createApprovalDesk({
      approver: { ask: () => answer },
      target: 'x',
      timeLimit: settings.timeLimit ?? 60_000,
      promptsPerMinute: 2,
      clock: settings.now ?? (() => 0),
    });
  const never = new Promise<ApprovalAnswer>(() => undefined);

  it.each([
    ['approved', 'approved'],
    ['denied', 'denied'],
    ['unavailable', 'nobody'],
  ] as const)('%s is %s', async (answer, outcome) => {
    expect(await desk(Promise.resolve(answer)).ask(REQUEST)).toBe(outcome);
  });

  it('approves nothing where asking fails', async () => {
    expect(await desk(Promise.reject(new Error('broken'))).ask(REQUEST)).toBe('nobody');
  });

  it('ends a question after its time', async () => {
    expect(await desk(never, { timeLimit: 1 }).ask(REQUEST)).toBe('timeout');
  });

  it('ends a question that is closed', async () => {
    const asked = desk(never);
    const one = asked.ask(REQUEST);
    const two = asked.ask({ ...REQUEST, key: 2 });
    asked.close(1);
    expect(await one).toBe('denied');
    asked.closeAll();
    expect(await two).toBe('denied');
  });

  it('asks so often within a minute and no more', async () => {
    let now = 0;
    const asked = desk(Promise.resolve('approved'), { now: () => now });
    const outcomes: string[] = [];
    for (now of [0, 1, 2, 59_999, 60_000, 60_001, 60_002]) outcomes.push(await asked.ask(REQUEST));
    expect(outcomes).toEqual([
      'approved',
      'approved',
      'too-many',
      'too-many',
      'approved',
      'approved',
      'too-many',
    ]);
  });
});

it('the first way on which somebody can be asked decides', async () => {
  const by = (answer: ApprovalAnswer) => ({ ask: () => Promise.resolve(answer) });
  const { signal } = new AbortController();
  expect(await firstAvailable([by('unavailable'), by('denied'), by('approved')]).ask(REQUEST, signal)).toBe(
    'denied',
  );
  expect(await firstAvailable([by('unavailable')]).ask(REQUEST, signal)).toBe('unavailable');
  expect(await firstAvailable([]).ask(REQUEST, signal)).toBe('unavailable');
});

describe('the text of a dialog', () => {
  it('has four lines, whatever an agent writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (tool, argsText) => {
        const lines = describeQuestion({ ...REQUEST, tool, argsText });
        expect(lines).toHaveLength(4);
        for (const line of lines) expect(line).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]{1,8000}$/u);
      }),
    );
  });

  it('hides no argument behind a long one', () => {
    const argsText = JSON.stringify({ a: 'x'.repeat(5000), z: 'rm -rf /' });
    expect(describeQuestion({ ...REQUEST, argsText })[1]).toMatch(
      /^Arguments: \{"a":"x{400}…\(4600 characters not shown\)","z":"rm -rf \/"\}$/,
    );
    const many = JSON.stringify(
      Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`key-${at}`, at])),
    );
    expect(describeQuestion({ ...REQUEST, argsText: many })[1]).toBe(
      'Arguments: too many to be shown: deny the call',
    );
  });

  const hostile = { ...REQUEST, tool: 'a\nServer: good\u202e --ok-label=x', argsText: '<b>&\\n"; calc' };

  it('zenity shows escapes as they are, and denies by default', () => {
    const command = makeDialogCommand(hostile, { platform: 'linux', env: { DISPLAY: ':0' } });
    expect(command?.program).toBe('zenity');
    expect(command?.args).toContain('--default-cancel');
    expect(command?.args).toContain('--no-markup');
    const text = command?.args.at(-1) ?? '';
    expect(text.split('\n')).toHaveLength(4);
    expect(text).toContain('--text=Tool: a\\\\nServer: good\\\\u{202e} --ok-label=x\n');
    expect([0, 1, 5, 127, null].map((status) => command?.read(status, ''))).toEqual([
      'approved',
      'denied',
      'unavailable',
      'unavailable',
      'unavailable',
    ]);
  });

  it.each([
    ['darwin', 'osascript', 'Approve\n', 'Deny\n'],
    ['win32', 'powershell.exe', 'Yes\r\n', 'No\r\n'],
  ] as const)('%s: the text is no part of the script', (platform, program, yes, no) => {
    const command = makeDialogCommand(hostile, { platform, env: {} });
    expect(command?.program).toBe(program);
    const script =
      platform === 'win32'
        ? Buffer.from(command?.args.at(-1) ?? '', 'base64').toString('utf16le')
        : command?.args.slice(0, -1).join(' ');
    expect(script).not.toContain('calc');
    expect(script).not.toContain('Server');
    expect([yes, no, '', 'Approve it'].map((output) => command?.read(0, output))).toEqual([
      'approved',
      'denied',
      'unavailable',
      'unavailable',
    ]);
    expect(command?.read(1, yes)).toBe('unavailable');
  });

  it('is shown nowhere without a desktop', () => {
    expect(makeDialogCommand(REQUEST, { platform: 'linux', env: { DISPLAY: '' } })).toBeNull();
  });
});

it('a question reads back as it was written', () => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(text, fc.option(text), text, (tool, argsText, rule) => {
      const { key: _, ...question } = { ...REQUEST, tool, argsText, rule };
      expect(readProxyLine(formatQuestion(question).trimEnd())).toEqual({ type: 'ask', question });
    }),
  );
});

it('a question hides no argument behind a long one', () => {
  const argsText = JSON.stringify({ a: 'x'.repeat(300_000), z: 'rm -rf /' });
  const line = readProxyLine(formatQuestion({ ...REQUEST, argsText }).trimEnd());
  const shown = line?.type === 'ask' ? line.question.argsText : null;
  expect(shown).toBe(`{"a":"${'x'.repeat(65_536)}…(234464 characters not shown)","z":"rm -rf /"}`);
});

it.each([
  [{ XDG_RUNTIME_DIR: '/run/user/1' }, 'linux', '/run/user/1/aip/approvals.sock'],
  [{ XDG_RUNTIME_DIR: 'relative' }, 'linux', '/home/u/.aip/approvals.sock'],
  [{}, 'darwin', '/home/u/.aip/approvals.sock'],
  [{}, 'win32', null],
] as const)('the socket of %j on %s stands at %s', (env, platform, path) => {
  expect(approvalSocketPath(env, '/home/u', platform)).toBe(path);
});

describe.skipIf(process.platform === 'win32')('a console', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aip-ask-'));
    path = join(folder, 'run', 'a.sock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const ask = (signal = new AbortController().signal) => createConsoleClient(path).ask(REQUEST, signal);

  it.each([
    [true, 'approved'],
    [false, 'denied'],
  ] as const)('that answers %s: %s', async (approve, expected) => {
    const seen: PendingApproval[] = [];
    const server = await listenForApprovals(path, (pending) => {
      seen.push(pending);
      pending.answer(approve);
      pending.answer(!approve);
    });
    expect(await ask()).toBe(expected);
    expect(seen).toMatchObject([{ tool: 'send', argsText: '{"to":"a"}', target: 'node server.mjs' }]);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await server.close();
    expect(await ask()).toBe('unavailable');
  });

  it('learns that nobody waits any more', async () => {
    const leaving = new AbortController();
    const closed = new Promise<void>((resolve, reject) => {
      listenForApprovals(path, (pending) => {
        pending.closed.addEventListener('abort', () => resolve());
        leaving.abort();
      }).then(async (server) => {
        expect(await ask(leaving.signal)).toBe('denied');
        await closed;
        await server.close();
      }, reject);
    });
    await closed;
  });

  it('that closes without an answer has not answered', async () => {
    const server = await listenForApprovals(path, () => void server.close());
    expect(await ask()).toBe('unavailable');
  });

  it('takes the place of one that was killed, and of no other', async () => {
    const server = await listenForApprovals(path, (pending) => pending.answer(true));
    await expect(listenForApprovals(path, () => undefined)).rejects.toMatchObject({
      code: 'approval-socket',
    });
    expect(await ask()).toBe('approved');
    await server.close();
    const stale = createServer().listen(path);
    await new Promise((resolve) => stale.once('listening', resolve));
    expect(existsSync(path)).toBe(true);
    stale.close();
    await (await listenForApprovals(path, () => undefined)).close();
  });

  it.each([
    ['open to others', () => chmodSync(join(folder, 'run'), 0o755)],
    [
      'a symbolic link',
      () => {
        rmSync(join(folder, 'run'), { recursive: true });
        mkdirSync(join(folder, 'real'), { mode: 0o700 });
        symlinkSync(join(folder, 'real'), join(folder, 'run'));
      },
    ],
  ])('is not asked and does not listen in a folder that is %s', async (_, spoil) => {
    const server = await listenForApprovals(path, (pending) => pending.answer(true));
    spoil();
    expect(await ask()).toBe('unavailable');
    await server.close();
    await expect(listenForApprovals(path, () => undefined)).rejects.toMatchObject({
      code: 'approval-socket',
    });
  });

  it.each([['nonsense'], ['{"type":"ask"}'], ['{"type":"close"}'], ['[]']])(
    'hangs up on %s',
    async (line) => {
      const server = await listenForApprovals(path, () => expect.unreachable());
      const socket = createConnection({ path });
      socket.write(`${line}\n`);
      await new Promise((resolve) => socket.once('close', resolve));
      await server.close();
    },
  );

  it.each([
    ['nonsense'],
    ['{"type":"answer"}'],
    ['{"type":"answer","approve":"true"}'],
    ['{"approve":true}'],
  ])('that answers %s has not answered', async (line) => {
    mkdirSync(dirname(path), { mode: 0o700 });
    const server = createServer((socket) => socket.end(`${line}\n`)).listen(path);
    await new Promise((resolve) => server.once('listening', resolve));
    expect(await ask()).toBe('unavailable');
    server.close();
  });
});
