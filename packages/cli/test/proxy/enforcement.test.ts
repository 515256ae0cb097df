import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenForApprovals } from '@agentpolicy/proxy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AIP, aip, ROOT } from '../aip.ts';

const RECORDER = join(ROOT, 'fixtures/servers/recorder-server.mjs');

const policy = (spec: string): string =>
  `apiVersion: aip.io/v1alpha1\nkind: AgentPolicy\nmetadata:\n  name: test\nspec:\n${spec}`;

const call = (id: number, name: string): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${name}"}}\n`;

let folder: string;
const file = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-cli-proxy-'));
  writeFileSync(file('agent.yaml'), policy('  allowed_tools: [read]\n'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const proxy = (flags: readonly string[], input: string, env: Readonly<Record<string, string>> = {}) =>
  aip(
    [
      'proxy',
      '--policy',
      file('agent.yaml'),
      ...flags,
      '--',
      'node',
      RECORDER,
      file('received'),
      'read',
      'rm',
    ],
    { input, env },
  );

describe('what is enforced, as the command line has it', () => {
  it('a refusal can be a result', async () => {
    const { stdout } = await proxy(['--deny-as', 'result'], call(1, 'rm'));
    expect(JSON.parse(stdout).result).toMatchObject({ isError: true });
  });

  it('a dry run refuses nothing', async () => {
    const { stdout, stderr } = await proxy(['--dry-run'], call(1, 'rm'));
    expect(JSON.parse(stdout).result).toEqual({ reached: true });
    expect(stderr).toContain('DRY RUN');
  });

  it.each([
    ['filtered', [], 1],
    ['whole where it is wanted so', ['--no-filter-tools'], 2],
  ])('the list of tools is %s', async (_, flags, count) => {
    const { stdout } = await proxy(flags, '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n');
    expect(JSON.parse(stdout).result.tools).toHaveLength(count);
  });

  it('definitions are pinned in a file', async () => {
    const { stdout } = await proxy(['--pin', file('pins.json')], call(1, 'read'));
    expect(JSON.parse(stdout).result).toEqual({ reached: true });
    expect(Object.keys(JSON.parse(readFileSync(file('pins.json'), 'utf8')).tools)).toEqual(['read', 'rm']);
  });

  it.each([
    ['--request-timeout', '0'],
    ['--request-timeout', '1.5'],
    ['--ask-timeout', 'soon'],
    ['--ask-limit', '-1'],
    ['--ask', 'everybody'],
    ['--deny-as', 'silence'],
  ])('%s %s is refused', async (option, value) => {
    const { status, stderr } = await proxy([option, value], '');
    expect(status).toBe(2);
    expect(stderr).toContain(option);
  });
});

describe('approval', () => {
  beforeEach(() =>
    writeFileSync(file('agent.yaml'), policy('  tool_rules:\n    - tool: read\n      action: ask\n')),
  );

  it('is refused where nobody is there', async () => {
    const { stdout } = await proxy([], call(1, 'read'), {
      XDG_RUNTIME_DIR: folder,
      DISPLAY: '',
      WAYLAND_DISPLAY: '',
    });
    expect(JSON.parse(stdout).error.code).toBe(-32004);
  });

  it('comes from the client itself, where the operator wants that', async () => {
    const child = spawn(process.execPath, [
      ...[AIP, 'proxy', '--policy', file('agent.yaml'), '--ask', 'client', '--audit', file('audit.jsonl')],
      ...['--', 'node', RECORDER, file('received')],
    ]);
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    const answer = async (message: object): Promise<Record<string, unknown>> => {
      const next = new Promise<string>((resolve) =>
        child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text)),
      );
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
      return JSON.parse(await next);
    };
    await answer({ id: 0, method: 'initialize', params: { capabilities: { elicitation: {} } } });
    const question = await answer({ id: 1, method: 'tools/call', params: { name: 'read' } });
    expect(question).toMatchObject({ method: 'elicitation/create' });
    const result = { action: 'accept', content: { decision: 'approve' } };
    expect(await answer({ id: question.id, result })).toMatchObject({ id: 1, result: { reached: true } });
    child.stdin.end();
    await new Promise((resolve) => child.once('close', resolve));
    expect(log).toContain('approves its own calls');
    expect(readFileSync(file('audit.jsonl'), 'utf8')).toContain('"event":"APPROVAL_ASKED"');
  });

  it.skipIf(process.platform === 'win32')('comes from the console', async () => {
    const socket = join(folder, 'aip', 'approvals.sock');
    const answered = listenForApprovals(socket, (pending) => pending.answer(pending.tool === 'read'));
    const child = spawn(
      process.execPath,
      [
        AIP,
        'proxy',
        '--policy',
        file('agent.yaml'),
        '--ask',
        'console',
        '--',
        'node',
        RECORDER,
        file('received'),
      ],
      { env: { ...process.env, XDG_RUNTIME_DIR: folder } },
    );
    const server = await answered;
    child.stdin.write(call(1, 'read'));
    const line = await new Promise<string>((resolve) =>
      child.stdout.setEncoding('utf8').once('data', resolve),
    );
    expect(JSON.parse(line).result).toEqual({ reached: true });
    child.stdin.end();
    await new Promise((resolve) => child.once('close', resolve));
    await server.close();
  });
});

it('a fault outside of any message ends the proxy and the server, and tells nothing of what it knew', async () => {
  const fault = "if (process.argv[2] === 'proxy') setTimeout(() => { throw new Error('secret'); }, 1500);";
  writeFileSync(file('fault.cjs'), fault);
  const child = spawn(process.execPath, [
    ...['--require', file('fault.cjs'), AIP, 'proxy', '--policy', file('agent.yaml')],
    ...['--', 'node', RECORDER, file('received')],
  ]);
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const status = await new Promise((resolve) => child.once('close', resolve));
  expect(status).toBe(70);
  expect(log).toContain('internal error in the proxy (Error)');
  expect(log).not.toMatch(/secret|^ {4}at /m);
  const pid = Number(/PID (\d+)/.exec(log)?.[1]);
  // Gone, or only waiting for whoever adopted it to notice.
  expect(spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout).toMatch(
    /^(?:Z.*)?\s*$/,
  );
});

it('follows the policy’s file, and keeps the policy before where the new one is wrong', async () => {
  const child = spawn(process.execPath, [
    AIP,
    'proxy',
    '--policy',
    file('agent.yaml'),
    '--',
    'node',
    RECORDER,
    file('received'),
  ]);
  let log = '';
  const logged = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!log.includes(text)) return;
        child.stderr.off('data', look);
        resolve();
      };
      child.stderr.on('data', look);
      look();
    });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const answer = async (line: string): Promise<unknown> => {
    const next = new Promise<string>((resolve) =>
      child.stdout.once('data', (chunk) => resolve(String(chunk))),
    );
    child.stdin.write(line);
    return JSON.parse(await next).error?.code ?? 'result';
  };
  await logged('Started subprocess');
  expect(await answer(call(1, 'rm'))).toBe(-32001);
  writeFileSync(file('agent.yaml'), policy('  allowed_tool: [rm]\n'));
  await logged('RELOAD_REFUSED');
  expect(await answer(call(2, 'read'))).toBe('result');
  writeFileSync(file('next.yaml'), policy('  allowed_tools: [rm]\n'));
  renameSync(file('next.yaml'), file('agent.yaml'));
  await logged('RELOADED');
  expect(await answer(call(3, 'rm'))).toBe('result');
  child.stdin.end();
  await new Promise((resolve) => child.once('close', resolve));
});
