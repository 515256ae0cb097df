import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aip, ROOT } from './aip.ts';

const shared = join(ROOT, '..', 'shared', 'upstream');
const folder = mkdtempSync(join(tmpdir(), 'aip-cli-'));
const file = (name: string): string => join(folder, name);

const GOOD = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata:
  name: test-policy
spec:
  allowed_tools: [list_files]
  tool_rules:
    - tool: fetch_url
      allow_args:
        url: '^https://a\\.example/[a-z]*$'
    - tool: danger
      action: ask
`;

beforeAll(() => {
  writeFileSync(file('good.yaml'), GOOD);
  writeFileSync(file('typo.yaml'), GOOD.replace('allowed_tools', 'alowed_tools'));
  writeFileSync(file('look-ahead.yaml'), GOOD.replace('[a-z]*$', '(?!x).*$'));
  writeFileSync(
    file('identity.yaml'),
    GOOD.replace('v1alpha1', 'v1alpha2').concat('  identity: {enabled: true}\n'),
  );
  writeFileSync(file('latin1.yaml'), Buffer.from(`${GOOD}# caf\xe9\n`, 'latin1'));
  writeFileSync(file('no-policy.yaml'), 'kind: Deployment\n');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('exit status', () => {
  it.each([
    [0, 'a clean policy', ['lint', 'good.yaml']],
    [1, 'a misspelt field', ['lint', 'typo.yaml']],
    [1, 'a pattern that RE2 does not have', ['lint', 'look-ahead.yaml']],
    [1, 'a file that is not UTF-8', ['lint', 'latin1.yaml']],
    [2, 'a file that is not there', ['lint', 'absent.yaml']],
    [2, 'an unknown option', ['lint', '--formt', 'json']],
    [2, 'an unknown format', ['lint', '--format', 'xml', 'good.yaml']],
    [2, 'an unknown command', ['lnt']],
    [0, 'help', ['lint', '--help']],
    [0, 'the version', ['--version']],
    [0, 'a policy that compiles', ['compile', 'good.yaml', '-o', 'good.aip.json']],
    [2, 'a policy that does not compile', ['compile', 'look-ahead.yaml']],
    [2, 'a table that can not be written', ['compile', 'good.yaml', '-o', 'absent/folder.json']],
    [0, 'an allowed call', ['explain', 'good.yaml', '--tool', 'list_files']],
    [1, 'a blocked call', ['explain', 'good.yaml', '--tool', 'other']],
    [1, 'a call that is asked about', ['explain', 'good.yaml', '--tool', 'danger']],
    [2, 'arguments that are no JSON', ['explain', 'good.yaml', '--tool', 'x', '--args', '{']],
    [2, 'arguments that are no object', ['explain', 'good.yaml', '--tool', 'x', '--args', '[]']],
    [2, 'neither tool nor method', ['explain', 'good.yaml']],
    [3, 'a folder without suites', ['test', '.']],
    [2, 'a suite that is not there', ['test', 'absent.aip-test.yaml']],
    [2, 'a proxy without a server', ['proxy', '--policy', 'good.yaml']],
    [2, 'a proxy with two servers', ['proxy', '--policy', 'good.yaml', '--target', 'a', '--', 'b']],
    [2, 'a proxy without a policy', ['proxy', '--target', 'a']],
    [2, 'a policy that would not be enforced', ['proxy', '--policy', 'identity.yaml', '--target', 'cat']],
    [2, 'a level that is not there', ['conformance', '--level', 'none', '.']],
  ] as const)('%i for %s', async (status, _what, args) => {
    const run = await aip(args, { cwd: folder });
    expect({ status: run.status, trace: /\n\s+at /.exec(run.stderr)?.[0] }).toEqual({
      status,
      trace: undefined,
    });
  });

  it('3 for a folder without policies', async () => {
    const empty = mkdtempSync(join(folder, 'empty-'));
    writeFileSync(join(empty, 'other.yaml'), 'kind: Deployment\n');
    const run = await aip(['lint', empty]);
    expect(run).toMatchObject({ status: 3, stdout: '' });
    expect(run.stderr).toContain('no policy found');
  });
});

describe('what a mistake is answered with', () => {
  it('the nearest command', async () => {
    expect((await aip(['lnt'])).stderr).toContain('(Did you mean lint?)');
  });

  it('one line that names the feature that would not be enforced', async () => {
    const { stderr, stdout } = await aip(['proxy', '--policy', file('identity.yaml'), '--target', 'cat']);
    expect(stdout).toBe('');
    expect(stderr.split('\n').filter((line) => line !== '')).toHaveLength(1);
    expect(stderr).toContain('identity tokens are not issued or verified here');
  });

  it('examples in the help of every command', async () => {
    const { stdout } = await aip(['--help']);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) \[/gm)]
      .map((match) => match[1] ?? '')
      .filter((name) => name !== 'help');
    expect(commands.length).toBeGreaterThanOrEqual(6);
    for (const command of commands) {
      const help = await aip([command, '--help']);
      expect([
        command,
        help.status,
        help.stdout.includes(`Examples:\n  $ aip ${command}`) || help.stdout.includes('Examples:'),
      ]).toEqual([command, 0, true]);
    }
  });
});

describe('standard input and formats', () => {
  it('lints what is piped in', async () => {
    const run = await aip(['lint', '-', '--format', 'json'], {
      input: GOOD.replace('allowed_tools', 'alowed_tools'),
    });
    const report: unknown = JSON.parse(run.stdout);
    expect(run.status).toBe(1);
    expect(report).toMatchObject({
      version: 1,
      summary: { errors: 1, warnings: 0 },
      diagnostics: [
        { code: 'unknown-field', line: 6, column: 3, help: expect.stringContaining('allowed_tools') },
      ],
    });
  });

  it('compiles from standard input to standard output, as from a file to a file', async () => {
    const piped = await aip(['compile', '-'], { input: GOOD });
    await aip(['compile', 'good.yaml', '-o', 'again.aip.json'], { cwd: folder });
    expect(piped.stdout).toBe(readFileSync(file('again.aip.json'), 'utf8'));
  });

  it('explains from a table as from the policy', async () => {
    await aip(['compile', 'good.yaml', '-o', 'explain.aip.json'], { cwd: folder });
    const ask = ['--tool', 'fetch_url', '--args', '{"url":"https://b.example/"}', '--format', 'json'];
    const [policy, table] = await Promise.all(
      ['good.yaml', 'explain.aip.json'].map((name) => aip(['explain', name, ...ask], { cwd: folder })),
    );
    const strip = (text = ''): unknown => ({ ...JSON.parse(text), place: null });
    expect(strip(table?.stdout)).toEqual(strip(policy?.stdout));
    expect(JSON.parse(table?.stdout ?? '').place).toMatchObject({ line: 10, column: 14 });
  });

  it('refuses a table that was changed by hand', async () => {
    await aip(['compile', 'good.yaml', '-o', 'forged.aip.json'], { cwd: folder });
    writeFileSync(
      file('forged.aip.json'),
      readFileSync(file('forged.aip.json'), 'utf8').replace('"ask"', '"allow"'),
    );
    const run = await aip(['proxy', '--policy', file('forged.aip.json'), '--target', 'cat']);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('its digest does not match');
  });

  it('colours only when told to, and shows hostile text as escapes', async () => {
    const hostile = GOOD.replace('  allowed_tools', '  "x\\e[2J\\r": 1\n  allowed_tools');
    const plain = await aip(['lint', '-'], { input: hostile });
    expect(plain.stdout).toContain('x\\u001b[2J\\u000d');
    expect(plain.stdout).not.toContain('\u001b');
    const painted = await aip(['--color', 'always', 'lint', '-'], { input: GOOD.replace('kind:', 'kynd:') });
    expect(painted.stdout).toContain('\u001b[');
  });
});

describe('the tutorial', () => {
  it('works as written', async () => {
    writeFileSync(
      file('agent.yaml'),
      'apiVersion: aip.io/v1alpha1\nkind: AgentPolicy\nmetadata:\n  name: test-policy\nspec:\n  allowed_tools:\n    - "list_files"\n  # "delete_files" is implicitly blocked\n',
    );
    const server = join(ROOT, 'fixtures/servers/echo-server.mjs');
    const input =
      '{"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "list_files"}, "id": 1}\n' +
      '{"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "delete_files"}, "id": 2}\n';
    const run = await aip(
      ['proxy', '--policy', file('agent.yaml'), '--target', `node ${server}`, '--verbose'],
      { input },
    );
    const log = run.stderr.split('\n').filter((line) => line.startsWith('[aip-proxy] '));
    expect(log.slice(0, 3)).toEqual([
      '[aip-proxy] Loaded policy: test-policy',
      '[aip-proxy] Allowed tools: [list_files]',
      expect.stringMatching(/^\[aip-proxy\] Started subprocess PID \d+: node .*echo-server\.mjs$/),
    ]);
    for (const line of [
      '[aip-proxy] → [upstream] method=tools/call id=1',
      '[aip-proxy] Tool call intercepted: list_files',
      '[aip-proxy] ALLOWED: Tool "list_files" permitted by policy',
      '[aip-proxy] → [upstream] method=tools/call id=2',
      '[aip-proxy] Tool call intercepted: delete_files',
      '[aip-proxy] BLOCKED: Tool "delete_files" not allowed by policy',
    ]) {
      expect(log).toContain(line);
    }
    const answers = run.stdout.split('\n').filter((line) => line !== '');
    expect(answers).toHaveLength(2);
    expect(answers).toContain(
      '{"jsonrpc":"2.0","id":2,"error":{"code":-32001,"message":"Forbidden","data":{"reason":"Tool not in allowed_tools list","tool":"delete_files"}}}',
    );
    expect(answers.map((line) => JSON.parse(line)).find(({ id }) => id === 1)).toMatchObject({
      result: { echo: { method: 'tools/call', params: { name: 'list_files' }, id: 1 } },
    });
    expect(run.stdout).not.toContain('"echo":{"jsonrpc":"2.0","id":2');
    expect(run.status).toBe(0);
  });
});

describe.skipIf(!existsSync(shared))('the public material', () => {
  it.each([
    ['gemini-jack-defense.yaml', ['67:17', '74:17']],
    ['read-only.yaml', ['68:20']],
  ])('%s is refused for its look-ahead, at its place', async (name, places) => {
    const run = await aip(['lint', join(shared, 'policies', name), '--format', 'json']);
    const { diagnostics } = JSON.parse(run.stdout);
    const found = diagnostics
      .filter((each: { code: string }) => each.code === 'invalid-pattern')
      .map((each: { line: number; column: number }) => `${each.line}:${each.column}`);
    expect([run.status, found]).toEqual([1, places]);
  });

  it.each([
    'agent.yaml',
    'agent-monitor.yaml',
    'docker-wrapper.yaml',
    'gpu-policy.yaml',
    'identity-server.yaml',
    'monitor-mode.yaml',
    'tutorial-agent.yaml',
  ])('%s has no error', async (name) => {
    const run = await aip(['lint', join(shared, 'policies', name), '--format', 'json']);
    expect(JSON.parse(run.stdout).summary.errors).toBe(0);
  });

  it('passes 65 of 65 vectors of the levels basic and full', async () => {
    const run = await aip([
      'conformance',
      join(shared, 'conformance'),
      '--level',
      'basic,full',
      '--format',
      'json',
    ]);
    const { levels } = JSON.parse(run.stdout);
    expect(run.status).toBe(0);
    expect(levels).toEqual([
      { level: 'basic', passed: 29, failed: 0, unsupported: 0 },
      { level: 'full', passed: 36, failed: 0, unsupported: 0 },
    ]);
  });
});

it('passes the own vectors, at least as many as the public ones', async () => {
  const run = await aip(['conformance', join(ROOT, 'fixtures/conformance'), '--format', 'json']);
  const { levels } = JSON.parse(run.stdout);
  const passed = levels.reduce((sum: number, level: { passed: number }) => sum + level.passed, 0);
  expect([run.status, passed >= 65]).toEqual([0, true]);
});
