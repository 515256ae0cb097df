import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readTraceFile, readTraceLine, type TraceEntry } from '@agentpolicy/test-runner';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AIP, aip, ROOT, runToEnd } from '../aip.ts';

const ECHO = join(ROOT, 'fixtures/servers/echo-server.mjs');
const RECORDER = join(ROOT, 'fixtures/servers/recorder-server.mjs');
const TOKEN = `ghp_${'aB3'.repeat(12)}`;

let folder: string;
let trace: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'aip-record-')));
  trace = join(folder, 'trace.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The messages of a trace, as a replay reads them. */
function messages(path: string): readonly Extract<TraceEntry, { kind: 'message' }>[] {
  const entries = [...readTraceFile(path)].map(({ event }) =>
    readTraceLine(event.kind === 'line' ? event.text : ''),
  );
  return entries.flatMap((entry) => (entry.kind === 'message' ? [entry] : []));
}

function envelopes(path: string): readonly Record<string, unknown>[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const call = (id: number, tool: string, args: object): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: tool, arguments: args } });

describe('aip record', () => {
  it('carries every byte, and its trace reads back as what passed', async () => {
    const received = join(folder, 'received');
    const input = Buffer.concat([
      Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping"}\r\n\n  \n{"id":1,"id":2}\n'),
      Buffer.from('not json\n{"torn":\n'),
      Buffer.from([0xff, 0xfe, 0x0a]),
      Buffer.from('{"jsonrpc":"2.0","method":"notifications/\u2028"}'),
    ]);
    const run = await aip(['record', '-o', trace, '--', process.execPath, RECORDER, received], { input });
    expect(run.status).toBe(0);
    expect(readFileSync(received).equals(input)).toBe(true);
    const sent = messages(trace).filter(({ from }) => from === 'client');
    expect(sent.map(({ text }) => text)).toEqual([
      '{"jsonrpc":"2.0","id":1,"method":"ping"}',
      '{"id":1,"id":2}',
      'not json',
      '{"torn":',
      '\ufffd\ufffd',
      '{"jsonrpc":"2.0","method":"notifications/\u2028"}',
    ]);
    const unparsed = envelopes(trace).filter((line) => line.unparsed === true);
    expect(unparsed.map((line) => line.text)).toEqual(['not json', '{"torn":', '\ufffd\ufffd']);
  });

  it('shows a client the same server, byte for byte', async () => {
    const input = `${call(1, 'echo', { a: 1 })}\n${call(2, 'echo', { token: TOKEN })}\nnonsense\n`;
    const direct = await runToEnd(process.execPath, [ECHO], { input });
    const recorded = await aip(['record', '-o', trace, '--', process.execPath, ECHO], { input });
    expect(recorded.stdout).toBe(direct.stdout);
    expect(recorded.status).toBe(direct.status);
  });

  it('writes no secret, and a text of its shape in its place', async () => {
    const input = `${call(1, 'echo', { token: TOKEN })}\n`;
    await aip(['record', '-o', trace, '--', process.execPath, ECHO], { input });
    const text = readFileSync(trace, 'utf8');
    expect(text).not.toContain(TOKEN);
    expect(text).toContain(`ghp_${'xX0'.repeat(12)}`);
    expect(envelopes(trace)[0]).toMatchObject({ redacted: { 'GitHub token': 1 } });
    expect(envelopes(trace)[0]).not.toHaveProperty('inexact');
  });

  it('finds a secret on standard error, also one that comes in two pieces', async () => {
    const cut = `process.stderr.write('key ${TOKEN.slice(0, 20)}'); setTimeout(() => console.error('${TOKEN.slice(20)} end'), 50)`;
    const run = await aip(['record', '-o', trace, '--', process.execPath, '-e', cut]);
    expect(run.stderr).toContain(`key ${TOKEN} end`);
    expect(envelopes(trace)).toMatchObject([
      { direction: 'stderr', text: `key ghp_${'xX0'.repeat(12)} end`, redacted: { 'GitHub token': 1 } },
    ]);
    expect(envelopes(trace)[0]).not.toHaveProperty('inexact');
  });

  it('goes on in further files past a size', async () => {
    const lines = Array.from({ length: 20 }, (_, id) => `${call(id, 'echo', { text: 'x'.repeat(100) })}\n`);
    const args = ['record', '-o', trace, '--max-size', '2KB', '--', process.execPath, ECHO];
    expect(await aip(args, { input: lines.join('') })).toMatchObject({ status: 0 });
    const parts = readdirSync(folder).filter((name) => name.startsWith('trace'));
    expect(parts.length).toBeGreaterThan(3);
    const all = parts.flatMap((name) => messages(join(folder, name)));
    expect(all.filter(({ from }) => from === 'client')).toHaveLength(20);
    expect(all.filter(({ from }) => from === 'server')).toHaveLength(20);
  });

  it('writes it as it is where that is asked for', async () => {
    await aip(['record', '--raw', '-o', trace, '--', process.execPath, ECHO], {
      input: `${call(1, 'echo', { token: TOKEN })}\n`,
    });
    expect(readFileSync(trace, 'utf8')).toContain(TOKEN);
  });

  it('redacts what a policy finds, and says where that changes its decision', async () => {
    const policy = join(folder, 'p.yaml');
    writeFileSync(
      policy,
      `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: p }
spec:
  tool_rules:
    - { tool: exact, allow_args: { key: '^key-12345678$' } }
  dlp: { patterns: [{ name: key, regex: 'key-[0-9]{8}' }] }
`,
    );
    const input = `${call(1, 'exact', { key: 'key-12345678' })}\n${call(2, 'other', { key: 'key-12345678' })}\n`;
    await aip(['record', '--policy', policy, '-o', trace, '--', process.execPath, ECHO], { input });
    const sent = envelopes(trace).filter((line) => line.direction === 'c2s');
    expect(sent.map((line) => line.inexact)).toEqual(['redacted', undefined]);
    expect(readFileSync(trace, 'utf8')).not.toContain('12345678');
  });

  it('keeps several sessions in a file, and writes over none', async () => {
    const options = { input: `${call(1, 'echo', {})}\n` };
    const first = await aip(['record', '-o', trace, '--', process.execPath, ECHO], options);
    const second = await aip(['record', '-o', trace, '--', process.execPath, ECHO], options);
    const third = await aip(['record', '-o', trace, '--append', '--', process.execPath, ECHO], options);
    expect([first.status, second.status, third.status]).toEqual([0, 2, 0]);
    expect(second.stderr).toContain('it exists; add --append');
    expect(new Set(messages(trace).map(({ session }) => session)).size).toBe(2);
  });

  it('has on disk what passed when it is killed', async () => {
    const child = spawn(process.execPath, [AIP, 'record', '-o', trace, '--', process.execPath, ECHO]);
    const closed = new Promise((resolve) => child.on('close', resolve));
    const answered = new Promise((resolve) => child.stdout.once('data', resolve));
    child.stdin.write(`${call(1, 'echo', {})}\n`);
    await answered;
    child.kill('SIGKILL');
    await closed;
    expect(messages(trace).map(({ from }) => from)).toEqual(['client', 'server']);
  });

  it.each([
    [['record'], 'there is no server to start'],
    [['record', '--raw', '--policy', 'p.yaml', '--', 'x'], '--raw redacts nothing'],
    [['record', '--max-size', 'big', '--', 'x'], '--max-size big'],
    [['record', '-o', '/nowhere/t.jsonl', '--', 'x'], 'its folder does not exist'],
    [['record', '--policy', 'fixtures/traces/everything.policy.yaml', '--', 'x'], 'has no DLP patterns'],
  ])('says what is wrong: %j', async (args, message) => {
    const run = await aip(args);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain(message);
    expect(run.stderr).not.toContain('    at ');
  });
});

describe('aip record between a client and server-everything', () => {
  it('is not noticed, and its trace is what both said', async () => {
    const manifest = createRequire(import.meta.url).resolve(
      '@modelcontextprotocol/server-everything/package.json',
    );
    const server = join(dirname(manifest), 'dist/index.js');
    const client = new Client({ name: 'test', version: '1' });
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [AIP, 'record', '-o', trace, '--', process.execPath, server, 'stdio'],
      stderr: 'ignore',
    });
    const said: [string, JSONRPCMessage][] = [];
    const send = transport.send.bind(transport);
    transport.send = (message) => {
      said.push(['client', message]);
      return send(message);
    };
    await client.connect(transport);
    const { onmessage } = transport;
    transport.onmessage = (message) => {
      said.push(['server', message]);
      onmessage?.(message);
    };
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('echo');
    const echo = await client.callTool({ name: 'echo', arguments: { message: 'a\u2028b' } });
    expect(echo.content).toEqual([{ type: 'text', text: 'Echo: a\u2028b' }]);
    await client.close();
    const recorded = messages(trace).map(({ from, text }) => [from, JSON.parse(text)]);
    // The answer to `initialize` came before the test could listen.
    expect(recorded.filter(([from]) => from === 'client')).toEqual(
      said.filter(([from]) => from === 'client'),
    );
    const answers = recorded.filter(([from]) => from === 'server').map(([, message]) => message);
    for (const [from, message] of said) if (from === 'server') expect(answers).toContainEqual(message);
  });
});
