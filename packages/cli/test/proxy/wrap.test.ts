import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AIP, aip, ROOT, runToEnd } from '../aip.ts';

const RECORDER = join(ROOT, 'fixtures/servers/recorder-server.mjs');
const CALL = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read"}}\n';

let folder: string;
const file = (name: string): string => join(folder, name);
const text = (name: string): string => readFileSync(file(name), 'utf8');
const config = (): string =>
  JSON.stringify({ mcpServers: { files: { command: 'node', args: [RECORDER, file('received'), 'read'] } } });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-wrap-'));
  writeFileSync(file('mcp.json'), config());
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const wrap = (...flags: readonly string[]) => aip(['wrap', file('mcp.json'), ...flags]);

/** Starts the server as the client would that reads the configuration. */
function startServer() {
  const { command, args } = JSON.parse(text('mcp.json')).mcpServers.files;
  return runToEnd(command, args, { input: CALL, cwd: folder });
}

describe('aip wrap', () => {
  it('starts the server behind the proxy, with a policy that permits nothing yet', async () => {
    expect(await wrap()).toMatchObject({ status: 0, stdout: expect.stringContaining('allows no tool yet') });
    expect(JSON.parse((await startServer()).stdout).error.code).toBe(-32001);
    expect(text('.aip/files.mcp.audit.jsonl')).toContain('"decision":"BLOCK"');
    const policy = text('.aip/files.yaml').replace('allowed_tools: []', 'allowed_tools: [read]');
    writeFileSync(file('.aip/files.yaml'), policy);
    expect(JSON.parse((await startServer()).stdout).result).toEqual({ reached: true });
  });

  it('takes a policy that is there, and refuses one that can’t be enforced', async () => {
    expect((await wrap()).status).toBe(0);
    writeFileSync(file('mcp.json'), config());
    writeFileSync(file('.aip/files.yaml'), 'kind: nothing\n');
    expect(await wrap()).toMatchObject({ status: 2, stderr: expect.stringContaining('no policy that can') });
    expect(text('mcp.json')).toBe(config());
  });

  it('keeps a backup and the mode, and undoes what it did', async () => {
    chmodSync(file('mcp.json'), 0o600);
    await wrap();
    expect(text('mcp.json.aip-backup')).toBe(config());
    expect(statSync(file('mcp.json')).mode & 0o777).toBe(0o600);
    expect(statSync(file('mcp.json.aip-backup')).mode & 0o777).toBe(0o600);
    const once = text('mcp.json');
    expect(await wrap()).toMatchObject({ status: 0, stdout: 'files: nothing to change\n' });
    expect(text('mcp.json')).toBe(once);
    expect((await wrap('--undo')).status).toBe(0);
    expect(text('mcp.json')).toBe(config());
  });

  it('overwrites no backup', async () => {
    writeFileSync(file('mcp.json.aip-backup'), 'older');
    await wrap();
    expect([text('mcp.json.aip-backup'), text('mcp.json.aip-backup-2')]).toEqual(['older', config()]);
  });

  it('changes what a link leads to, and keeps what belongs to it beside the link', async () => {
    mkdirSync(file('elsewhere'));
    renameSync(file('mcp.json'), file('elsewhere/mcp.json'));
    symlinkSync(file('elsewhere/mcp.json'), file('mcp.json'));
    expect((await wrap()).status).toBe(0);
    expect(lstatSync(file('mcp.json')).isSymbolicLink()).toBe(true);
    expect(text('elsewhere/mcp.json')).toContain(file('.aip/files.yaml'));
    expect(text('.aip/files.yaml')).toContain('allowed_tools: []');
  });

  it('does not write over what another one writes', async () => {
    writeFileSync(file('mcp.json.aip-new'), 'theirs');
    expect(await wrap()).toMatchObject({ status: 2, stderr: expect.stringContaining('is in the way') });
    expect([text('mcp.json'), text('mcp.json.aip-new')]).toEqual([config(), 'theirs']);
  });

  it('says that a server is behind the proxy when it is', async () => {
    writeFileSync(file('mcp.json.aip-new'), 'theirs');
    expect((await wrap()).stdout).toBe('');
    expect((await wrap('--dry-run')).stdout).not.toContain('behind the proxy;');
  });

  it('does not let two servers share a log that it is run for one after the other', async () => {
    const two = JSON.stringify({ mcpServers: { a: { command: 'x' }, b: { command: 'y' } } });
    writeFileSync(file('mcp.json'), two);
    expect((await wrap('--server', 'a', '--audit', file('one.jsonl'))).status).toBe(0);
    const once = text('mcp.json');
    const second = await wrap('--server', 'b', '--audit', file('one.jsonl'));
    expect(second).toMatchObject({ status: 2, stderr: expect.stringContaining('would share the audit log') });
    expect(text('mcp.json')).toBe(once);
  });

  it.each(['env A=1 aip', 'corepack proxy aip', '/tmp/x/aip'])(
    'refuses the launcher %s',
    async (launcher) => {
      expect(await wrap('--launcher', launcher)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('--undo would know again'),
      });
      expect(text('mcp.json')).toBe(config());
    },
  );

  it('changes nothing in a dry run', async () => {
    const { status, stdout } = await wrap('--dry-run');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^--- a\/.*\n\+\+\+ b\//);
    expect(stdout).toContain('"proxy"');
    expect(text('mcp.json')).toBe(config());
    expect(() => text('.aip/files.yaml')).toThrow('ENOENT');
  });

  it.each([
    ['no server', '{"mcpServers":{}}', [], 3],
    ['a server at a URL', '{"mcpServers":{"a":{"url":"https://x"}}}', [], 1],
    ['a proxy without a policy', '{"mcpServers":{"a":{"command":"aip","args":["proxy","--","x"]}}}', [], 1],
    ['a server that is not there', '{"mcpServers":{"a":{"command":"x"}}}', ['--server', 'b'], 2],
    ['a launcher that is not ours', '{"mcpServers":{"a":{"command":"x"}}}', ['--launcher', 'other'], 2],
    ['one log for two', '{"mcpServers":{"a":{"command":"x"},"b":{"command":"x"}}}', ['--audit', 'l'], 2],
    ['what is no JSON', 'servers: []', [], 2],
  ])('%s: leaves the file alone and says so by its status', async (_, content, flags, status) => {
    writeFileSync(file('mcp.json'), content);
    const run = await wrap(...flags);
    expect([run.status, text('mcp.json')]).toEqual([status, content]);
    expect(run.stdout + run.stderr).not.toBe('');
  });

  it('refuses what is not UTF-8', async () => {
    writeFileSync(file('mcp.json'), Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]));
    expect(await wrap()).toMatchObject({ status: 2, stderr: expect.stringContaining('not UTF-8') });
  });
});

describe('aip proxy --print-config', () => {
  beforeEach(() =>
    writeFileSync(
      file('agent.yaml'),
      'apiVersion: aip.io/v1alpha1\nkind: AgentPolicy\nmetadata:\n  name: agent\nspec:\n  allowed_tools: [read]\n',
    ),
  );

  const print = (client: string, ...flags: readonly string[]) =>
    aip(['proxy', '--policy', 'agent.yaml', '--print-config', client, ...flags, '--', 'node', '-p', '1'], {
      cwd: folder,
    });

  it.each([
    ['cursor', 'mcpServers', {}],
    ['claude-desktop', 'mcpServers', {}],
    ['claude-code', 'mcpServers', { type: 'stdio' }],
    ['vscode', 'servers', { type: 'stdio' }],
    ['windsurf', 'mcpServers', {}],
    ['zed', 'context_servers', { source: 'custom' }],
  ])('%s', async (client, section, members) => {
    const { status, stdout } = await print(client, '--deny-as', 'result', '--no-watch', '--audit', 'a.jsonl');
    expect(status).toBe(0);
    const given = [
      '--deny-as',
      'result',
      '--no-watch',
      '--policy',
      file('agent.yaml'),
      '--audit',
      file('a.jsonl'),
    ];
    const args = [AIP, 'proxy', ...given, '--', 'node', '-p', '1'];
    expect(JSON.parse(stdout)).toEqual({
      [section]: { agent: { ...members, command: process.execPath, args } },
    });
  });

  it.each([
    ['emacs', []],
    ['cursor', ['--listen', '127.0.0.1:0']],
    ['cursor', ['--target', 'x']],
  ])('%s %j is refused', async (client, flags) => {
    expect(await print(client, ...flags)).toMatchObject({ status: 2, stdout: '' });
  });

  it('prints for Cursor what the reference implementation prints', async () => {
    const flags = ['--policy', 'later.yaml', '--target', 'docker run mcp/server', '--generate-cursor-config'];
    const { status, stdout, stderr } = await aip(['proxy', ...flags], { cwd: folder });
    expect(status).toBe(0);
    expect(stderr).toContain('there is no policy');
    const args = [AIP, 'proxy', '--policy', file('later.yaml'), '--target', 'docker run mcp/server'];
    expect(JSON.parse(stdout)).toEqual({
      mcpServers: { 'protected-tool': { command: process.execPath, args } },
    });
  });
});
