import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aip, ROOT } from '../aip.ts';

const FILES = join(ROOT, 'fixtures/traces/filesystem.jsonl');
const PROBES = join(ROOT, '../shared/traces/10-raw-framing-probes.jsonl');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-trace-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

describe('aip trace show', () => {
  it('prints who said what, and names what an answer answers', async () => {
    const { stdout, status } = await aip(['trace', 'show', FILES]);
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^ +line {2}time \(UTC\) +method +tool +arguments, answer$/);
    expect(lines[1]).toMatch(/^ +1 {2}09:00:00\.250 {2}-> {2}initialize +\{"protocolVersion"/);
    expect(lines[2]).toMatch(/^ +2 {2}09:00:00\.500 {2}2> {2}standard error +Secure MCP/);
    expect(stdout).toMatch(
      /-> {2}tools\/call +read_text_file +\{"path":"\/home\/user\/project\/src\/app\.js"\}/,
    );
    expect(stdout).toMatch(/<- {2}answer to tools\/call +read_text_file/);
  });

  it('prints only what is asked for', async () => {
    const { stdout } = await aip(['trace', 'show', FILES, '--calls', '--tool', 'WRITE_FILE']);
    const tools = stdout.trimEnd().split('\n').slice(1);
    expect(tools.length).toBeGreaterThan(0);
    for (const line of tools) expect(line).toContain('-> ');
    expect((await aip(['trace', 'show', FILES, '--tool', 'nope'])).status).toBe(3);
  });

  it('shows hostile text and does not let it act', async () => {
    const trace = write(
      'hostile.jsonl',
      [
        '{"direction":"c2s","raw":{"jsonrpc":"2.0","id":1,"method":"\\u001b]0;x\\u0007","params":{}}}',
        '{"direction":"stderr","text":"\\u001b[2J\\u202eevil\\r\\n"}',
        '{"direction":"c2s","unparsed":true,"text":"\\u001b[31m"}',
        '{"direction":"c2s","raw":{"id":1,"id":2}}',
        '{"torn',
        '{"direction":"sideways"}',
      ].join('\n'),
    );
    const { stdout, status } = await aip(['trace', 'show', trace]);
    expect(status).toBe(0);
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(stdout).toContain('\\u001b]0;x\\u0007');
    expect(stdout.match(/damaged line/g)).toHaveLength(2);
    expect(stdout.match(/no acceptable message/g)).toHaveLength(2);
  });

  it('says that a file is not there, or empty', async () => {
    const missing = await aip(['trace', 'show', join(folder, 'none.jsonl')]);
    expect([missing.status, missing.stderr]).toEqual([2, expect.stringContaining("can't be read")]);
    expect((await aip(['trace', 'show', write('empty.jsonl', '\n')])).status).toBe(3);
  });

  it.skipIf(!existsSync(PROBES))('takes hostile framing (../shared/traces)', async () => {
    const { status, stdout, stderr } = await aip(['trace', 'show', PROBES]);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('no acceptable message');
  });
});

describe('aip trace stats', () => {
  it('counts', async () => {
    const { stdout, status } = await aip(['trace', 'stats', '--format', 'json', FILES]);
    expect(status).toBe(0);
    const stats = JSON.parse(stdout);
    expect(stats).toMatchObject({ version: 1, sessions: 1, damaged: 0, first: '2026-01-05T09:00:00.250Z' });
    const calls = readFileSync(FILES, 'utf8').match(/"method":"tools\/call"/g)?.length;
    expect(stats.methods).toContainEqual({ name: 'tools/call', count: calls });
    const tools: readonly { count: number }[] = stats.tools;
    expect(tools.reduce((sum, { count }) => sum + count, 0)).toBe(calls);
  });

  it('finds damaged lines, and that there is nothing', async () => {
    const trace = write('torn.jsonl', `${readFileSync(FILES, 'utf8')}{"session_id":"x","dir`);
    const { stdout, status } = await aip(['trace', 'stats', trace]);
    expect([status, stdout]).toEqual([1, expect.stringContaining('1 damaged line')]);
    expect((await aip(['trace', 'stats', write('empty.jsonl', '')])).status).toBe(3);
  });
});

describe('aip trace import', () => {
  const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: p }
spec: { allowed_tools: [echo] }
`;
  const record = (tool: string, decision: string, more = ''): string =>
    `{"timestamp":"2026-01-01T00:00:00.000Z","direction":"upstream","method":"tools/call","tool":"${tool}","args":{"a":1},"decision":"${decision}"${more},"policy_hash":"x"}\n`;

  it('makes a test of an audit log', async () => {
    const log = write('audit.jsonl', record('echo', 'ALLOW') + record('rm', 'BLOCK', ',"error_code":-32001'));
    const policy = write('p.yaml', POLICY);
    const trace = join(folder, 'trace.jsonl');
    expect((await aip(['trace', 'import', log, '-o', trace])).status).toBe(0);
    expect(await aip(['test', trace, '--policy', policy])).toMatchObject({ status: 0 });
    writeFileSync(policy, POLICY.replace('[echo]', '[rm]'));
    expect(await aip(['test', trace, '--policy', policy])).toMatchObject({ status: 1 });
    expect(await aip(['trace', 'import', log, '-o', trace])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('it exists'),
    });
  });

  it('reads what the proxy wrote: the same decisions again', async () => {
    const policy = write('p.yaml', POLICY);
    const log = join(folder, 'real.jsonl');
    const call = (id: number, tool: string): string =>
      JSON.stringify({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: tool, arguments: { a: id } },
      });
    const server = join(ROOT, 'fixtures/servers/echo-server.mjs');
    const proxied = ['proxy', '--policy', policy, '--audit', log, '--', process.execPath, server];
    await aip(proxied, { input: `${call(1, 'echo')}\n${call(2, 'rm')}\n${call(3, 'Echo')}\n` });
    const trace = join(folder, 'real.trace.jsonl');
    const imported = await aip(['trace', 'import', log, '-o', trace]);
    expect(imported).toMatchObject({ status: 0, stderr: expect.stringContaining('(audit)') });
    expect(await aip(['test', trace, '--policy', policy])).toMatchObject({ status: 0 });
    const calls = await aip(['trace', 'show', '--calls', trace]);
    expect(calls.stdout.match(/tools\/call/g)).toHaveLength(3);
  });

  it('takes no secret over', async () => {
    const token = `ghp_${'aB3'.repeat(12)}`;
    const input = `{"jsonrpc":"2.0","id":1,"method":"x","params":{"t":"${token}"}}\n`;
    const { stdout } = await aip(['trace', 'import', '-'], { input });
    expect(JSON.parse(stdout)).toMatchObject({
      raw: { params: { t: `ghp_${'xX0'.repeat(12)}` } },
      redacted: { 'GitHub token': 1 },
    });
    expect((await aip(['trace', 'import', '--raw', '-'], { input })).stdout).toContain(token);
  });

  it.each([
    [['trace', 'import', '-'], 'hello', 3, 'none of the formats'],
    [['trace', 'import', '-', '--format', 'pcap'], '', 2, 'there is no format `pcap`'],
  ])('says what is wrong: %j', async (args, input, status, message) => {
    expect(await aip(args, { input })).toMatchObject({ status, stderr: expect.stringContaining(message) });
  });
});
