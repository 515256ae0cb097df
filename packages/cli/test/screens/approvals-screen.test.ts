import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApprovalAnswer, type ApprovalRequest, createConsoleClient } from '@agentpolicy/proxy';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStyle } from '../../src/terminal/style.ts';
import { createFakeTerminal, type FakeTerminal } from './fake-terminal.ts';

const { runApprovalsScreen } = await import('../../src/screens/approvals/run-approvals-screen.ts');
const { keepListening } = await import('../../src/screens/approvals/keep-listening.ts');

const REQUEST: ApprovalRequest = {
  key: 1,
  tool: 'send',
  argsText: '{"to":"a","body":"hello"}',
  rule: 'spec.tool_rules[0] (line 7)',
  line: 7,
  policy: 'mine',
  policyFile: '/home/u/agent.yaml',
  target: 'node server.mjs',
  timeLimit: 60_000,
};

/** A console on a terminal of memory, and proxies that ask it over its socket. */
class Session {
  readonly terminal: FakeTerminal;
  readonly end: ReturnType<typeof runApprovalsScreen>;
  now = 0;
  private readonly path: string;

  constructor(path: string, size: readonly [number, number] = [80, 24], colour = false) {
    this.path = path;
    this.terminal = createFakeTerminal(...size);
    this.end = runApprovalsScreen({
      terminal: this.terminal,
      style: createStyle(colour ? 'always' : 'never', this.terminal.stdout, {}),
      path,
      clock: () => ({ now: this.now, time: this.now }),
      listen: (listener) => keepListening(path, listener, 20),
    });
  }

  ask(
    request: Partial<ApprovalRequest> = {},
    signal = new AbortController().signal,
  ): Promise<ApprovalAnswer> {
    return createConsoleClient(this.path).ask({ ...REQUEST, ...request }, signal);
  }

  shows(text: string | RegExp): Promise<string> {
    return this.terminal.stdout.waitFor(text);
  }

  /** Types what somebody does who has read what stands there. */
  type(text: string): void {
    this.now += 1000;
    this.terminal.stdin.type(text);
  }
}

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-screen-'));
  path = join(folder, 'run', 'a.sock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(process.platform === 'win32')('the console on a terminal', () => {
  it('shows what is asked, takes the answers, and leaves a summary', async () => {
    const session = new Session(path);
    await session.shows('Nothing is asked now');
    const one = session.ask();
    expect(await session.shows('> #1')).toContain(
      [
        '> #1  1:00  send',
        '-'.repeat(80),
        'Tool    send',
        'Rule    spec.tool_rules[0] (line 7)',
        'At      /home/u/agent.yaml:7',
        'Server  node server.mjs',
        '| "to": "a"',
        '| "body": "hello"',
      ].join('\n'),
    );
    const two = session.ask({ tool: 'drop', argsText: null });
    expect(await session.shows('#2')).toContain('2 waiting');
    session.now += 5000;
    await session.shows('#1  0:55');
    session.type('a');
    await session.shows('Approve #1? y');
    session.type('y');
    expect(await one).toBe('approved');
    expect(await session.shows('#1 approved')).toContain('| no arguments');
    session.type('d');
    expect(await two).toBe('denied');
    await session.shows('Nothing is asked now');
    session.type('h');
    expect(await session.shows('h back')).toMatch(/denied +#2 {2}drop\n.*approved +#1 {2}send/);
    session.type('q');
    const { signal, summary } = await session.end;
    expect(signal).toBeNull();
    expect(summary.map((line) => line.replace(/^\S+ /, ''))).toEqual([
      ' approved   #1  send',
      ' denied     #2  drop',
      'calls: 1 approved, 1 denied',
    ]);
  });

  it('gives the terminal back as it was', async () => {
    const session = new Session(path);
    await session.shows('Nothing is asked now');
    const { stdin, stdout } = session.terminal;
    expect(stdin.isRaw).toBe(true);
    session.type('\u0003');
    await session.end;
    expect(stdin.isRaw).toBe(false);
    expect(stdout.raw.startsWith('\u001b[?1049h')).toBe(true);
    expect(stdout.raw.endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
    expect(stdout.raw).not.toContain('\u001b[3J');
    expect(stdout.listenerCount('resize')).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  it('paints only where colours are wanted', async () => {
    for (const colour of [false, true]) {
      const session = new Session(path, [80, 24], colour);
      await session.shows('Nothing is asked now');
      session.type('q');
      await session.end;
      expect(/\u001b\[[0-9;]*m/.test(session.terminal.stdout.raw)).toBe(colour);
    }
  });

  it('says when a proxy goes away, and goes on with the next one', async () => {
    const session = new Session(path);
    await session.shows('Nothing is asked now');
    const leaving = new AbortController();
    const one = session.ask({}, leaving.signal);
    await session.shows('> #1');
    session.type('a');
    await session.shows('Approve #1?');
    leaving.abort();
    expect(await one).toBe('denied');
    await session.shows('> #1  withdrawn');
    const two = session.ask({ tool: 'again' });
    await session.shows('#2');
    session.type('d');
    await session.shows('#1 is withdrawn already');
    session.now += 3000;
    await session.shows('> #2');
    session.type('d');
    expect(await two).toBe('denied');
    session.type('q');
    await session.end;
  });

  it('stays usable on a small terminal, and when its size changes', async () => {
    const session = new Session(path, [40, 10]);
    const { stdout } = session.terminal;
    await session.shows('Nothing is asked now');
    const asked = [1, 2, 3, 4].map(() =>
      session.ask({ argsText: JSON.stringify({ text: 'x'.repeat(500) }) }),
    );
    await session.shows('4 waiting');
    await session.shows(/more lines of arguments: v\na approve d deny v more h past q quit$/);
    expect(stdout.lines).toHaveLength(10);
    for (const line of stdout.lines) expect(line.length).toBeLessThanOrEqual(40);
    session.type('a');
    expect(await session.shows('Approve #1? y')).toContain('lines are not on the screen: v');
    session.type('n');
    await session.shows('#1 is not approved');
    session.type('v');
    await session.shows('v back');
    session.type('\u001b[F');
    await session.shows('x"');
    stdout.resize(120, 30);
    await session.shows(/v back {2}up\/down {2}page/);
    expect(stdout.lines).toHaveLength(30);
    stdout.resize(20, 5);
    await expect.poll(() => stdout.lines.length).toBeLessThan(7);
    session.type('\u0003');
    await session.end;
    expect(await Promise.all(asked)).toEqual(Array(4).fill('unavailable'));
  });

  it('listens again where its socket was taken away', async () => {
    const session = new Session(path);
    await session.shows('Nothing is asked now');
    rmSync(join(folder, 'run'), { recursive: true });
    await expect.poll(() => existsSync(path)).toBe(true);
    const asked = session.ask();
    await session.shows('> #1');
    session.type('d');
    expect(await asked).toBe('denied');
    session.type('q');
    await session.end;
  });

  it('says why nobody can ask any more, until somebody can again', async () => {
    const session = new Session(path);
    await session.shows('Nothing is asked now');
    rmSync(join(folder, 'run'), { recursive: true });
    mkdirSync(join(folder, 'run'), { mode: 0o700 });
    chmodSync(join(folder, 'run'), 0o755);
    await session.shows(/^approvals can't be given there: .*run is open to others/);
    chmodSync(join(folder, 'run'), 0o700);
    await session.shows(/^aip approvals {2}0 waiting/);
    const asked = session.ask();
    await session.shows('> #1');
    session.type('d');
    expect(await asked).toBe('denied');
    session.type('q');
    await session.end;
  });

  it('does not start where another console listens, and leaves the terminal alone', async () => {
    const session = new Session(path);
    await session.shows('Nothing is asked now');
    const other = new Session(path);
    await expect(other.end).rejects.toMatchObject({ code: 'approval-socket' });
    expect(other.terminal.stdout.raw).toBe('');
    session.type('q');
    await session.end;
  });

  it('draws nothing that an agent could steer the terminal with, nor any line that looks like its own', async () => {
    const session = new Session(path, [60, 20]);
    await session.shows('Nothing is asked now');
    const { stdout } = session.terminal;
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom(
        '\u001b[2J',
        '\u202e',
        'x\n> #9  0:59  safe',
        '\r\nTool    safe',
        '\u200b\u3164',
        '漢'.repeat(90),
      ),
    );
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (tool, value, target) => {
        stdout.raw = '';
        const answer = session.ask({ tool, target, argsText: JSON.stringify({ [value]: value }) });
        asked++;
        await session.shows(new RegExp(`^> #${asked} `, 'm'));
        const drawn = stdout.raw
          .replace(/\u001b\[(\d*[AGK]|\?25[lh]|\?2026[lh])/g, '')
          .replaceAll(/[\n\u0007]/g, '');
        expect(drawn).toMatch(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u);
        expect(stdout.lines.filter((line) => /^[> ] #/.test(line))).toHaveLength(1);
        expect(stdout.lines.filter((line) => line.startsWith('Tool'))).toHaveLength(1);
        session.type('d');
        expect(await answer).toBe('denied');
      }),
      { numRuns: 30 },
    );
    session.type('q');
    await session.end;
  });
});
