import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../proxy/test/http/certificate.ts';
import { AIP, aip, ROOT } from './aip.ts';

const folder = mkdtempSync(join(tmpdir(), 'aip-http-cli-'));
const SERVER = join(ROOT, 'fixtures/servers/echo-server.mjs');
const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: {name: test-policy}
spec:
  allowed_tools: [list_files]
`;

const own = makeCertificate();

beforeAll(() => {
  writeFileSync(join(folder, 'policy.yaml'), POLICY);
  writeFileSync(join(folder, 'asking.yaml'), `${POLICY}  tool_rules: [{tool: list_files, action: ask}]\n`);
  writeFileSync(join(folder, 'cert.pem'), own.cert);
  writeFileSync(join(folder, 'key.pem'), own.key);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the command and waits for the address that it listens at. */
async function start(
  flags: readonly string[],
  env: Readonly<Record<string, string>> = {},
  policy = 'policy.yaml',
) {
  const args = [AIP, 'proxy', '--policy', policy, '--listen', '127.0.0.1:0', ...flags];
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

  it('listens with TLS', async () => {
    const proxy = await start(['--tls-cert', 'cert.pem', '--tls-key', 'key.pem', '--', 'node', SERVER]);
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const asked = request(proxy.url, { method: 'POST', ca: own.cert, headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.once('error', reject);
      asked.end('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}');
    });
    expect(status).toBe(200);
    expect(await proxy.stop()).toBe(143);
  });

  it('asks nobody where that is wanted, and follows its policy', async () => {
    const proxy = await start(['--ask', 'never', '--', 'node', SERVER], {}, 'asking.yaml');
    const begun = await post(proxy.url, { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
    const session = { 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '' };
    const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'list_files' } };
    const refused = await post(proxy.url, call, session);
    expect(await refused.json()).toMatchObject({ error: { code: -32004 } });
    writeFileSync(join(folder, 'asking.yaml'), POLICY);
    const answer = async (): Promise<unknown> => await (await post(proxy.url, call, session)).json();
    await expect
      .poll(answer, { interval: 100, timeout: 10_000 })
      .toMatchObject({ result: expect.anything() });
    await proxy.stop();
  });

  it.each([
    [['--header', 'A: b'], 'give --upstream too'],
    [['--ca', 'cert.pem', '--listen', '0', '--target', 'x'], 'give --upstream too'],
    [['--upstream-sse', '--listen', '0', '--target', 'x'], 'give --upstream too'],
    [['--upstream', 'http://127.0.0.1:1/', '--listen-token', 'env:T'], 'nobody listens for them'],
    [['--upstream', 'http://127.0.0.1:1/', '--insecure-http'], 'nobody listens for them'],
    [['--upstream', 'http://127.0.0.1:1/', '--ca', 'cert.pem'], 'for a server at an https URL'],
    [['--upstream', 'https://127.0.0.1:1/', '--ca', 'policy.yaml'], 'no certificate in PEM form'],
    [['--upstream', 'https://127.0.0.1:1/', '--ca', 'none.pem'], 'there is no such file'],
    [['--upstream', 'http://127.0.0.1:1/', '--header', 'A: \u00fc'], 'characters that no header can hold'],
    [['--listen', '0', '--target', 'x', '--tls-cert', 'cert.pem'], 'give both'],
    [
      ['--listen', '0', '--target', 'x', '--tls-cert', 'cert.pem', '--tls-key', 'cert.pem'],
      'can not be used',
    ],
    [['--listen', '0', '--target', 'x', '--allow-origin', 'app.example'], 'no origin of a web page'],
    [['--listen', 'here', '--upstream', 'http://127.0.0.1:1/mcp'], 'no address to listen at'],
    [['--listen', '0', '--upstream', 'ftp://a.example/'], 'no http or https URL'],
    [['--listen', '0'], 'there is no server to start'],
    [['--listen', '0', '--upstream', 'http://127.0.0.1:1/', '--target', 'x'], 'the server is given twice'],
    [['--listen', '0.0.0.0:0', '--upstream', 'http://127.0.0.1:1/'], 'give a bearer token'],
    [['--listen', '0', '--target', 'x', '--listen-token', 's3cret'], 'write env:NAME'],
    [['--listen', '0', '--target', 'x', '--header', 'A: b'], 'give --upstream too'],
    [['--listen', '0', '--target', 'x', '--request-timeout', '0'], 'no whole number'],
  ])('refuses %j', async (flags, said) => {
    const run = await aip(['proxy', '--policy', 'policy.yaml', ...flags], { cwd: folder });
    expect(run.status).toBe(2);
    expect(run.stderr).toContain(said);
  });
});

describe('aip proxy --upstream', () => {
  it('carries a client on standard input to a server behind a URL', async () => {
    const asked: string[] = [];
    const server = createServer((incoming, response) => {
      let body = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      incoming.on('end', () => {
        asked.push(`${incoming.method} ${incoming.headers['x-key']} ${body}`);
        const id = body === '' ? null : JSON.parse(body).id;
        response
          .writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's' })
          .end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/mcp`;
    const call = (id: number, name: string) =>
      `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${name}"}}`;
    const run = await aip(
      ['proxy', '--policy', 'policy.yaml', '--upstream', url, '--header', 'X-Key: env:KEY'],
      {
        cwd: folder,
        input: `${call(1, 'list_files')}\n${call(2, 'delete_files')}\n`,
        env: { KEY: 'secret' },
      },
    );
    await new Promise((resolve) => server.close(resolve));
    expect(run.status).toBe(0);
    const answers = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers).toContainEqual({ jsonrpc: '2.0', id: 1, result: {} });
    expect(answers).toContainEqual(
      expect.objectContaining({ id: 2, error: expect.objectContaining({ code: -32001 }) }),
    );
    expect(asked).toEqual([`POST secret ${call(1, 'list_files')}`, 'DELETE secret ']);
  });

  it('answers for a server that can not be reached, and ends with its client', async () => {
    const run = await aip(['proxy', '--policy', 'policy.yaml', '--upstream', 'http://127.0.0.1:1/mcp'], {
      cwd: folder,
      input: '{"jsonrpc":"2.0","id":1,"method":"ping"}\n',
    });
    expect(run.status).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ id: 1, error: { code: -32603 } });
  });

  it('says so where the stream of an old server can not be opened', async () => {
    const flags = ['--upstream', 'http://127.0.0.1:1/sse', '--upstream-sse'];
    const run = await aip(['proxy', '--policy', 'policy.yaml', ...flags], { cwd: folder, input: '' });
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('the server can not be reached');
  });
});
