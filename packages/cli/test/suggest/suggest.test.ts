import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aip, ROOT } from '../aip.ts';

const FIXTURES = join(ROOT, 'fixtures/traces');
const SHARED = join(ROOT, '../shared/traces');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-suggest-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function traces(path: string): readonly string[] {
  return existsSync(path) ? readdirSync(path).filter((name) => name.endsWith('.jsonl')) : [];
}

/** Drafts a policy, which the linter must have nothing against. */
async function suggestCleanly(...paths: readonly string[]): Promise<string> {
  const policy = join(folder, 'policy.yaml');
  rmSync(policy, { force: true });
  const drafted = await aip(['suggest', ...paths, '-o', policy]);
  expect(drafted).toMatchObject({ status: 0, stdout: '' });
  expect(drafted.stderr).toMatch(/^aip: drafted from [^\n]*\n$/);
  const linted = await aip(['lint', policy]);
  expect({ status: linted.status, out: linted.stdout }).toEqual({ status: 0, out: linted.stdout });
  return policy;
}

describe('aip suggest', () => {
  it.each(traces(FIXTURES))('drafts what lints clean: %s', async (name) => {
    await suggestCleanly(join(FIXTURES, name));
  });

  it.skipIf(!existsSync(SHARED))('drafts what lints clean (../shared/traces)', async () => {
    await suggestCleanly(SHARED);
    for (const name of [
      '01-filesystem-coding',
      '04-everything-server-requests',
      '13-modern-mrtr-elicitation',
    ])
      await suggestCleanly(join(SHARED, `${name}.jsonl`));
  });

  it('drafts a policy that aip test replays without a block', async () => {
    const policy = await suggestCleanly(join(FIXTURES, 'everything.jsonl'));
    const suite = join(folder, 'own.aip-test.yaml');
    const trace = join(FIXTURES, 'everything.jsonl');
    writeFileSync(suite, `policy: ${policy}\ntraces: ['${trace}']\napprovals: approve\ndefault: allow\n`);
    expect(await aip(['test', suite])).toMatchObject({ status: 0 });
  });

  it('asks about a tool that runs what it is given', async () => {
    const trace = join(folder, 't.jsonl');
    const call = (command: string, id: number): string =>
      JSON.stringify({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: 'run_shell_command', arguments: { command } },
      });
    writeFileSync(trace, `${call('ls; rm -rf x', 1)}\n${call('cat a | sh', 2)}\n`);
    const policy = await suggestCleanly(trace);
    expect(readFileSync(policy, 'utf8')).toContain('action: ask');
  });

  it.each([
    [['suggest', 'fixtures/demo'], 3, 'no message of a client'],
    [['suggest', 'nowhere'], 2, 'there is no such file'],
    [['suggest', '--name', 'A b', 'fixtures/traces'], 2, 'no name in kebab-case'],
  ])('says what is wrong: %j', async (args, status, message) => {
    expect(await aip(args)).toMatchObject({ status, stderr: expect.stringContaining(message) });
  });

  it('says which lines it could not read, and finds fault with them', async () => {
    const trace = join(folder, 't.jsonl');
    writeFileSync(trace, `${readFileSync(join(FIXTURES, 'everything.jsonl'), 'utf8')}{"torn`);
    const { status, stderr, stdout } = await aip(['suggest', trace]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/t\.jsonl:\d+: left out: /);
    expect(stdout).toContain('kind: AgentPolicy');
  });
});
