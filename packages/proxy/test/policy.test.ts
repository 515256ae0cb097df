import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ProxyOptions, runProxy } from '../src/index.ts';
import { compile, policy } from './support/compile.ts';
import { ProxySession, serverPath } from './support/session.ts';
import { callTool, request, say } from './support/wire.ts';

let session: ProxySession;
beforeEach(() => {
  session = new ProxySession();
});
afterEach(() => session.cleanUp());

function start(yaml: string, options: Partial<ProxyOptions> = {}): void {
  const target = [process.execPath, serverPath('recorder-server.mjs'), session.receivedPath];
  session.run(runProxy, { table: compile(yaml), target, ...options });
}

/** Sends calls and gives the error of each answer, or `result`. */
async function ask(...lines: readonly string[]): Promise<readonly unknown[]> {
  const before = session.stdout.lines().length;
  session.send(...lines);
  await session.stdout.waitForLines(before + lines.length);
  const answers = session.stdout
    .lines()
    .slice(before)
    .map((line) => JSON.parse(line));
  return answers.sort((a, b) => a.id - b.id).map((answer) => answer.error ?? 'result');
}

describe('a compiled policy in front of a real server', () => {
  it('lists, rules, denials and approvals', async () => {
    start(
      policy(`
allowed_tools: [list_files, confirm_me]
denied_tools: [drop_table]
tool_rules:
  - tool: read_file
    action: allow
    allow_args:
      path: ^/srv/[a-z]+$
  - tool: rm
    action: block
  - tool: confirm_me
    action: ask`),
    );
    const outcomes = await ask(
      callTool(1, 'list_files'),
      callTool(2, 'delete_files'),
      callTool(3, 'read_file', { path: '/srv/a' }),
      callTool(4, 'read_file', { path: '/etc/passwd' }),
      callTool(5, 'rm'),
      callTool(6, 'confirm_me'),
      callTool(7, 'drop_table'),
      request(8, 'resources/read', { uri: 'file:///etc/passwd' }),
    );
    expect(outcomes.map((outcome) => (outcome === 'result' ? outcome : codeOf(outcome)))).toEqual([
      'result',
      -32001,
      'result',
      -32001,
      -32001,
      -32004,
      -32001,
      -32006,
    ]);
    expect(outcomes[1]).toEqual({
      code: -32001,
      message: 'Forbidden',
      data: { reason: 'Tool not in allowed_tools list', tool: 'delete_files' },
    });
    await session.finish();
    expect(session.received().split('\n').filter(Boolean)).toEqual([
      callTool(1, 'list_files'),
      callTool(3, 'read_file', { path: '/srv/a' }),
    ]);
    expect(session.auditRecords()).toContainEqual(
      expect.objectContaining({
        id: 4,
        decision: 'BLOCK',
        failed_arg: 'path',
        failed_rule: '^/srv/[a-z]+$',
        args: { path: '/etc/passwd' },
      }),
    );
  });

  it('rate limits, also in monitor mode, and monitor mode itself', async () => {
    start(
      policy(`
mode: monitor
allowed_tools: [other]
tool_rules:
  - tool: fetch
    rate_limit: 2/minute`),
      { clock: () => 0 },
    );
    const outcomes = await ask(
      callTool(1, 'fetch'),
      callTool(2, 'fetch'),
      callTool(3, 'fetch'),
      callTool(4, 'unlisted'),
    );
    expect(outcomes).toEqual([
      'result',
      'result',
      expect.objectContaining({ code: -32002, message: 'Rate limit exceeded' }),
      'result',
    ]);
    await session.finish();
    expect(
      session
        .auditRecords()
        .map((record) => [record.tool, record.decision, record.policy_mode, record.violation]),
    ).toEqual([
      ['fetch', 'ALLOW', 'monitor', false],
      ['fetch', 'ALLOW', 'monitor', false],
      ['fetch', 'RATE_LIMITED', 'monitor', true],
      ['unlisted', 'ALLOW_MONITOR', 'monitor', true],
    ]);
    expect(session.stderr.text()).toContain('[aip-proxy] WARNING: Policy mode is monitor');
  });

  it('protected paths, those of the proxy itself among them', async () => {
    const real = realpathSync(session.folder);
    mkdirSync(join(session.folder, 'real'));
    symlinkSync('real', join(session.folder, 'link'));
    writeFileSync(join(session.folder, 'real', 'policy.yaml'), '');
    start(policy('allowed_tools: [read]\nprotected_paths: [~/.ssh]'), {
      policyFiles: [join(session.folder, 'link', 'policy.yaml')],
    });
    const paths = [
      '/home/user/.ssh/id_rsa',
      'cat ~/.ssh/id_rsa',
      session.auditPath,
      'audit.jsonl',
      join(session.folder, 'link', 'policy.yaml'),
      join(real, 'real', 'policy.yaml'),
      './real/policy.yaml',
    ];
    const outcomes = await ask(...paths.map((path, at) => callTool(at, 'read', { path })));
    expect(outcomes.map(codeOf)).toEqual(paths.map(() => -32007));
    expect(JSON.stringify(outcomes)).not.toMatch(/ssh|audit|policy\.yaml/);
    expect(await ask(callTool(50, 'read', { path: '/srv/data' }))).toEqual(['result']);
    await session.finish();
  });

  it('secrets in answers, in encoded form too', async () => {
    start(
      policy(`
allowed_tools: [say]
dlp:
  patterns:
    - name: AWS Key
      regex: AKIA[A-Z0-9]{16}
  detect_encoding: true`),
    );
    const encoded = Buffer.from('key AKIAIOSFODNN7EXAMPLE').toString('base64');
    const text = `"AKIA\\u0049OSFODNN7EXAMPLE, ${encoded} \\ud83d\\ude00"`;
    session.send(say(1, `{"jsonrpc":"2.0","id":1,"result":{"text":${text},"n":1.50}}`));
    await session.stdout.waitForLines(1);
    await session.finish();
    const [line = ''] = session.stdout.lines();
    expect(JSON.parse(line).result.text).toBe('[REDACTED:AWS Key], [REDACTED:AWS Key:encoded] 😀');
    expect(line).toContain(',"n":1.50}}');
    expect(session.auditRecords().filter((record) => record.event === 'DLP_TRIGGERED')).not.toEqual([]);
  });
});

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
}

describe('what the proxy does not enforce, it refuses at start', () => {
  it.each([
    ['identity', 'v1alpha2', 'identity:\n  enabled: true'],
    ['registry', 'v1alpha3', 'registry:\n  enabled: true\n  endpoint: https://registry.example/'],
  ])('%s', async (feature, version, spec) => {
    start(policy(`allowed_tools: [a]\n${spec}`, version));
    await expect(session.status).rejects.toMatchObject({ code: 'unsupported-policy' });
    await expect(session.status).rejects.toThrow(feature);
  });

  it.each([
    ['home', { home: 'user' }],
    ['maxLineBytes', { maxLineBytes: 0 }],
    ['maxDepth', { maxDepth: 1.5 }],
  ] as const)('%s that makes no sense', async (name, options) => {
    start(policy('allowed_tools: [a]'), options);
    await expect(session.status).rejects.toMatchObject({ code: 'bad-option' });
    await expect(session.status).rejects.toThrow(name);
  });
});
