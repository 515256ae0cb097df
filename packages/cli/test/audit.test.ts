import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aip, ROOT } from './aip.ts';

const folder = mkdtempSync(join(tmpdir(), 'aip-audit-cli-'));
const path = (name: string): string => join(folder, name);
const SERVER = join(ROOT, 'fixtures/servers/echo-server.mjs');
const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: {name: test-policy}
spec: {allowed_tools: [list_files]}
`;

const call = (id: number, name: string): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: {} } })}\n`;

async function writeLog(name: string, ...flags: readonly string[]): Promise<void> {
  const args = ['proxy', '--policy', 'policy.yaml', '--audit', name, ...flags, '--', 'node', SERVER];
  const run = await aip(args, { cwd: folder, input: call(1, 'list_files') + call(2, 'delete\u202e_files') });
  expect(run.stderr).toContain('Loaded policy');
  expect(run.status).toBe(0);
}

beforeAll(async () => {
  writeFileSync(path('policy.yaml'), POLICY);
  await writeLog('audit.jsonl');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('aip audit verify', () => {
  it('says what it verified', async () => {
    const run = await aip(['audit', 'verify', 'audit.jsonl'], { cwd: folder });
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(
      /^audit\.jsonl: 4 records in 1 file, each follows the one before\nhead: [0-9a-f]{64} \(record 3; /,
    );
  });

  it('tells the line of a changed record', async () => {
    const text = readFileSync(path('audit.jsonl'), 'utf8');
    writeFileSync(path('changed.jsonl'), text.replace('"BLOCK"', '"ALLOW"'));
    const run = await aip(['audit', 'verify', 'changed.jsonl'], { cwd: folder });
    expect(run.status).toBe(1);
    expect(run.stdout).toContain(
      'changed.jsonl:3: record 2 is not the one that changed.jsonl:4 follows: one of the two was changed [changed]\n',
    );
  });

  it('finds a cut end by the checkpoints', async () => {
    const key = path('audit.key');
    const pair = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    writeFileSync(key, pair.privateKey, { mode: 0o600 });
    writeFileSync(path('audit.pub'), pair.publicKey);
    await writeLog('signed.jsonl', '--audit-key', 'audit.key', '--audit-checkpoints', 'points.jsonl');
    const args = ['audit', 'verify', 'signed.jsonl', '--key', 'audit.pub', '--checkpoints', 'points.jsonl'];
    expect(await aip(args, { cwd: folder })).toMatchObject({ status: 0 });
    const lines = readFileSync(path('signed.jsonl'), 'utf8').split('\n');
    writeFileSync(path('signed.jsonl'), `${lines.slice(0, 2).join('\n')}\n`);
    const run = await aip(args, { cwd: folder });
    expect(run.status).toBe(1);
    expect(run.stdout).toContain('its end was cut off [head]');
  });

  it.each([
    ['an empty log', 'empty.jsonl', '', 3, 'nothing was verified'],
    ['what is no log', 'text.jsonl', 'hello\n', 1, 'text.jsonl:1: this line is no audit record'],
  ])('never passes %s', async (_, name, text, status, said) => {
    writeFileSync(path(name), text);
    const run = await aip(['audit', 'verify', name], { cwd: folder });
    expect(run.status).toBe(status);
    expect(run.stdout).toContain(said);
  });

  it('refuses a log that is not there', async () => {
    const run = await aip(['audit', 'verify', 'none.jsonl'], { cwd: folder });
    expect(run).toMatchObject({ status: 2, stderr: expect.stringContaining('ENOENT') });
  });
});

describe('aip audit show', () => {
  it('prints the calls that are asked for, tamed', async () => {
    const run = await aip(['audit', 'show', 'audit.jsonl', '--decision', 'block'], { cwd: folder });
    expect(run.status).toBe(0);
    expect(run.stdout.split('\n')).toHaveLength(2);
    expect(run.stdout).toMatch(/^\d{4}-\S+ {2}→ {2}BLOCK {10}delete\\u202e_files {2}\{\}/);
  });

  it('prints the records themselves', async () => {
    const args = ['audit', 'query', 'audit.jsonl', '--tool', 'LIST_FILES', '--format', 'json'];
    const run = await aip(args, { cwd: folder });
    expect(JSON.parse(run.stdout)).toMatchObject({ tool: 'list_files', decision: 'ALLOW', seq: 1 });
  });

  it.each([
    [['--tool', 'nothing'], 3, 'no record matches'],
    [['--since', '2999-01-01'], 3, 'no record matches'],
    [['--until', 'tomorrow'], 2, '`tomorrow` is no time'],
  ])('with %j ends with %i', async (flags, status, said) => {
    const run = await aip(['audit', 'show', 'audit.jsonl', ...flags], { cwd: folder });
    expect(run.status).toBe(status);
    expect(run.stderr).toContain(said);
  });
});

describe('aip audit merge', () => {
  it('shows two logs as one, by time', async () => {
    await writeLog('second.jsonl');
    const run = await aip(['audit', 'merge', 'second.jsonl', 'audit.jsonl'], { cwd: folder });
    const records = run.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    expect(records.map(({ log, seq }) => `${log} ${seq}`)).toEqual([
      ...[0, 1, 2, 3].map((seq) => `audit.jsonl ${seq}`),
      ...[0, 1, 2, 3].map((seq) => `second.jsonl ${seq}`),
    ]);
    expect(run.status).toBe(0);
  });
});

describe('aip proxy', () => {
  it.each([
    [['--audit-max-size', '10M'], 'give --audit FILE too'],
    [['--audit', 'x.jsonl', '--audit-max-size', 'big'], '`big` is no size'],
    [['--audit', 'x.jsonl', '--audit-max-size', '10'], 'at least 4096'],
    [['--audit', 'x.jsonl', '--audit-checkpoints', 'c.jsonl'], 'needs the key that signs them'],
    [['--audit', 'text.jsonl'], 'move it away or give another path'],
  ])('refuses %j', async (flags, said) => {
    writeFileSync(path('text.jsonl'), 'hello\n');
    const run = await aip(['proxy', '--policy', 'policy.yaml', ...flags, '--', 'node', SERVER], {
      cwd: folder,
    });
    expect(run.status).toBe(2);
    expect(run.stderr).toContain(said);
  });
});
