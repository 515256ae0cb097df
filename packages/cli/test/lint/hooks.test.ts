import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT, type Run, runToEnd } from '../aip.ts';
import { CLEAN, type Folder, makeFolder } from './lint-in-folder.ts';

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly language: string;
  readonly files: string;
  readonly pass_filenames: boolean;
}

const HOOKS: readonly Hook[] = parse(readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8'));

const OPEN = `${CLEAN}  tool_rules:
    - tool: set_level
      allow_args:
        level: "debug|info" # how much is logged
`;
const CLOSED = OPEN.replace('debug|info', '^(?:debug|info)$');
const SUITE = 'policy: agent.yaml\ntraces: [session.jsonl]\n';

function call(id: number, level: string, expected: string): string {
  const params = { name: 'set_level', arguments: { level } };
  const raw = { jsonrpc: '2.0', id, method: 'tools/call', params };
  return `${JSON.stringify({ session_id: 'a', seq: id, direction: 'c2s', raw, expect: expected })}\n`;
}

describe('.pre-commit-hooks.yaml', () => {
  let folder: Folder | undefined;
  afterEach(() => folder?.remove());

  /** As pre-commit runs a hook of the language `script`: the program of its own clone, in the repository's root. */
  function runHook(id: string, files: Readonly<Record<string, string>>): Promise<Run> {
    const hook = HOOKS.find((each) => each.id === id);
    if (hook === undefined) throw new Error(`no hook ${id}`);
    const [program = '', ...args] = hook.entry.split(' ');
    folder = makeFolder({ '.git/HEAD': 'ref: refs/heads/main\n', ...files });
    return runToEnd(join(ROOT, program), args, { cwd: folder.path });
  }

  it('has the three hooks, which need nothing but node', () => {
    expect(HOOKS.map(({ id }) => id)).toEqual(['aip-lint', 'aip-fix', 'aip-test']);
    for (const { entry, language, pass_filenames } of HOOKS) {
      const program = join(ROOT, entry.split(' ')[0] ?? '');
      expect(language).toBe('script');
      expect(pass_filenames).toBe(false);
      expect(readFileSync(program, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
      expect(() => accessSync(program, constants.X_OK)).not.toThrow();
    }
  });

  it.each([
    ['agent.yaml', true],
    ['policies/agent.yml', true],
    ['agent.json', true],
    ['aip.config.yaml', true],
    ['traces/session.jsonl', true],
    ['README.md', false],
    ['agent.yaml.md', false],
  ])('looks at a change to %s: %s', (file, expected) => {
    for (const { files } of HOOKS) expect(new RegExp(files).test(file)).toBe(expected);
  });

  it('refuses a commit with a policy that is open', async () => {
    const { status, stdout } = await runHook('aip-lint', { 'policies/agent.yaml': OPEN });
    expect(stdout).toContain('policies/agent.yaml:11:16 warning `debug|info` is open at both ends');
    expect(status).toBe(1);
  });

  it('lets a good one pass', async () => {
    expect(await runHook('aip-lint', { 'agent.yaml': CLOSED, 'other.yaml': 'a: 1\n' })).toMatchObject({
      status: 0,
      stdout: 'clean: 1 file checked, nothing found\n',
    });
  });

  it('repairs the file, which pre-commit sees', async () => {
    expect((await runHook('aip-fix', { 'agent.yaml': OPEN })).status).toBe(0);
    expect(folder?.read('agent.yaml')).toBe(CLOSED);
  });

  it('refuses a commit with what can not be repaired', async () => {
    const text = CLOSED.replace('  name:', '  nmae:');
    expect(await runHook('aip-fix', { 'agent.yaml': text })).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('unknown field `nmae`'),
    });
    expect(folder?.read('agent.yaml')).toBe(text);
  });

  it.each([
    ['passes', 'allow', 'block', 0, '1 suite, 2 passed, 0 failed'],
    ['does not', 'allow', 'allow', 1, 'argument "level" does not match'],
  ])('replays a trace that %s', async (_, first, second, status, shown) => {
    const run = await runHook('aip-test', {
      'agent.yaml': CLOSED,
      'agent.aip-test.yaml': SUITE,
      'session.jsonl': call(1, 'info', first) + call(2, 'x; debug', second),
    });
    expect(run).toMatchObject({ status, stdout: expect.stringContaining(shown) });
  });

  it('takes a repository without any policy for a mistake', async () => {
    for (const { id } of HOOKS) {
      expect((await runHook(id, { 'a.yaml': 'a: 1\n' })).status).toBe(3);
      folder?.remove();
    }
  });
});
