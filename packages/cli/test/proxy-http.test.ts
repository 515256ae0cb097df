import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AIP, aip, ROOT } from './aip.ts';

const folder = mkdtempSync(join(tmpdir(), 'aip-http-cli-'));
const SERVER = join(ROOT, 'fixtures/servers/echo-server.mjs');
const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: {name: test-policy}
spec: {allowed_tools: [list_files]}
`;

beforeAll(() => writeFileSync(join(folder, 'policy.yaml'), POLICY));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the command and waits for the address that it listens at. */
async function start(flags: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const args = [AIP, 'proxy', '--policy', 'policy.yaml', '--listen', '127.0.0.1:0', ...flags];
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...env } });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const found = /Listening at (\S+)\n/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(text)));
  });
  return {
    url,
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

const post = (
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('aip proxy --listen', () => {
  it('enforces the policy in front of a local command, and ends at a signal', async () => {
    const proxy = await start(['--audit', 'audit.jsonl', '--', 'node', SERVER]);
    const begun = await post(proxy.url, { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
    expect(await begun.json()).toMatchObject({ id: 1, result: expect.anything() });
    const session = { 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '' };
    const call = (id: number, name: string) => ({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name },
    });
    const allowed = await post(proxy.url, call(2, 'list_files'), session);
    expect(await allowed.json()).toMatchObject({ id: 2, result: expect.anything() });
    const refused = await post(proxy.url, call(3, 'delete_files'), session);
    expect(await refused.json()).toMatchObject({ id: 3, error: { code: -32001 } });
    expect(await proxy.stop()).toBe(143);
    expect(readFileSync(join(folder, 'audit.jsonl'), 'utf8')).toContain('"tool":"delete_files"');
    expect(await aip(['audit', 'verify', 'audit.jsonl'], { cwd: folder })).toMatchObject({ status: 0 });
  });

  it('asks for a token where one is set', async () => {
    const proxy = await start(['--listen-token', 'env:AIP_TEST_TOKEN', '--', 'node', SERVER], {
      AIP_TEST_TOKEN: 's3cret',
    });
    const ping = { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} };
    expect((await post(proxy.url, ping)).status).toBe(401);
    expect((await post(proxy.url, ping, { authorization: 'Bearer s3cret' })).status).toBe(200);
    await proxy.stop();
  });

  it.each([
    [['--upstream', 'http://127.0.0.1:1/mcp'], 'give --listen 127.0.0.1:8787'],
    [['--listen', 'here', '--upstream', 'http://127.0.0.1:1/mcp'], 'no address to listen at'],
    [['--listen', '0', '--upstream', 'ftp://a.example/'], 'no http or https URL'],
    [['--listen', '0'], 'there is no server to start'],
    [['--listen', '0', '--upstream', 'http://127.0.0.1:1/', '--target', 'x'], 'the server is given twice'],
    [['--listen', '0.0.0.0:0', '--upstream', 'http://127.0.0.1:1/'], 'give a bearer token'],
    [['--listen', '0', '--target', 'x', '--listen-token', 's3cret'], 'write env:NAME'],
    [['--listen', '0', '--target', 'x', '--header', 'A: b'], 'give --upstream too'],
    [['--listen', '0', '--target', 'x', '--request-timeout', '5'], 'not with --listen'],
  ])('refuses %j', async (flags, said) => {
    const run = await aip(['proxy', '--policy', 'policy.yaml', ...flags], { cwd: folder });
    expect(run.status).toBe(2);
    expect(run.stderr).toContain(said);
  });
});
