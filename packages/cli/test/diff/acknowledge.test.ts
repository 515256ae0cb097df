import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runDiff } from '../../src/commands/diff.ts';
import { CliError } from '../../src/exit-status.ts';
import type { DiffFlags } from '../../src/program/diff.ts';
import { captureContext, type Folder, makeFolder } from '../lint/lint-in-folder.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const PAIRS = join(ROOT, 'fixtures/pull-requests');
const FILE = 'aip.acknowledged.yaml';
const NOW = Date.UTC(2026, 5, 15, 12);

const ajv = new Ajv({ allErrors: true });
formats.default(ajv);
const readSchema = (name: string): object =>
  JSON.parse(readFileSync(join(ROOT, 'packages/cli/schema', name), 'utf8'));
const isFile = ajv.compile(readSchema('acknowledgements.schema.json'));
const isReport = ajv.compile(readSchema('diff-report.schema.json'));

const policy = (pattern: string, more = ''): string => `apiVersion: aip.io/v1alpha2
kind: AgentPolicy
metadata:
  name: team
spec:
  tool_rules:
    - tool: fetch
      allow_args:
        url: '${pattern}'
${more}`;

let folder: Folder;
beforeAll(() => {
  folder = makeFolder({
    'old.yaml': policy('^https://a\\.example/$'),
    'new.yaml': policy('^https://a.example/$'),
    'further.yaml': policy('^https://'),
    'reordered.yaml': policy('^https://a.example/$', '  allowed_tools: []\n'),
  });
});
afterAll(() => folder.remove());

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function diff(
  cwd: string,
  operands: readonly string[],
  flags: Partial<DiffFlags> = {},
  now = NOW,
): Promise<Outcome> {
  const { context, stdout, stderr } = captureContext(cwd);
  try {
    const status = await runDiff(context, operands, { failOn: 'widened', ...flags }, now);
    return { status, stdout: stdout(), stderr: stderr() };
  } catch (failure) {
    if (!(failure instanceof CliError)) throw failure;
    return { status: failure.status, stdout: stdout(), stderr: `${stderr()}${failure.message}` };
  }
}

/** The lines that a report says to add, with what a person writes into them. */
function fillIn(stdout: string, expires = '2026-06-15'): string {
  const [, lines = ''] = /^To acknowledge[^\n]*\n((?:.+\n)*)/m.exec(stdout) ?? [];
  return lines
    .replaceAll(/^ {4}reason:$/gm, '    reason: the new mirror')
    .replaceAll(/^ {4}owner:$/gm, "    owner: '@team'")
    .replaceAll(/^ {4}expires:$/gm, `    expires: ${expires}`);
}

describe('acknowledgements', () => {
  const names = readdirSync(PAIRS);

  it.each(names)('are what the report of %s says to add', async (name) => {
    const read = (file: string): string => readFileSync(join(PAIRS, name, file), 'utf8');
    const own = makeFolder({ 'old.yaml': read('old.yaml'), 'new.yaml': read('new.yaml') });
    const before = await diff(own.path, ['old.yaml', 'new.yaml']);
    const { change } = JSON.parse(read('expected.json'));
    expect(before.status).toBe(['widened', 'moved', 'unknown'].includes(change) ? 1 : 0);
    if (before.status === 1) {
      own.write(FILE, fillIn(before.stdout));
      expect(isFile(parse(own.read(FILE))) ? [] : isFile.errors).toEqual([]);
      const after = await diff(own.path, ['old.yaml', 'new.yaml']);
      expect([after.status, after.stderr]).toEqual([0, '']);
      expect(after.stdout).toContain('acknowledged by @team until 2026-06-15: the new mirror');
      expect(after.stdout).not.toMatch(/unused|To acknowledge/);
      // What they say is in no other run's way.
      expect((await diff(own.path, ['new.yaml', 'new.yaml'])).status).toBe(0);
      expect((await diff(own.path, ['old.yaml', 'new.yaml'], { acknowledged: false })).status).toBe(1);
    }
    const { stdout } = await diff(own.path, ['old.yaml', 'new.yaml'], { format: ['json'] });
    expect(isReport(JSON.parse(stdout)) ? [] : isReport.errors).toEqual([]);
    own.remove();
  });

  it.each<[string, number, readonly string[], string, number, string]>([
    ['counts on its last day', 0, ['old.yaml', 'new.yaml'], '2026-06-15', NOW, 'acknowledged by'],
    ['counts to the end of it', 0, ['old.yaml', 'new.yaml'], '2026-06-15', Date.UTC(2026, 5, 15, 23, 59), ''],
    [
      'has expired on the next',
      1,
      ['old.yaml', 'new.yaml'],
      '2026-06-15',
      Date.UTC(2026, 5, 16),
      'unused aip.acknowledged.yaml:3: it expired on 2026-06-15: the change counts again',
    ],
    [
      'covers the same change of a policy with other words',
      0,
      ['old.yaml', 'new.yaml'],
      '2027-01-01',
      NOW,
      '',
    ],
    ['covers no other policy', 1, ['old.yaml', 'reordered.yaml'], '2027-01-01', NOW, 'To acknowledge'],
  ])('one %s', async (_, status, operands, expires, now, said) => {
    const before = await diff(folder.path, ['old.yaml', 'new.yaml'], { acknowledged: false });
    folder.write(FILE, fillIn(before.stdout, expires));
    const found = await diff(folder.path, operands, {}, now);
    expect([found.status, found.stderr]).toEqual([status, '']);
    expect(found.stdout).toContain(said);
  });

  it('do not cover a change that goes further, nor one that starts from something stricter', async () => {
    const { stdout } = await diff(folder.path, ['old.yaml', 'new.yaml'], { acknowledged: false });
    const own = makeFolder({ 'old.yaml': folder.read('old.yaml'), [FILE]: fillIn(stdout) });
    own.write('new.yaml', folder.read('further.yaml'));
    const further = await diff(own.path, ['old.yaml', 'new.yaml']);
    expect(further.status).toBe(1);
    expect(further.stdout).toContain('the change is another one by now: its digest differs');
    own.write('old.yaml', policy('^https://a\\.example/x$'));
    own.write('new.yaml', folder.read('new.yaml'));
    expect((await diff(own.path, ['old.yaml', 'new.yaml'])).status).toBe(1);
    own.write('old.yaml', folder.read('old.yaml'));
    expect((await diff(own.path, ['old.yaml', 'new.yaml'])).status).toBe(0);
    own.remove();
  });

  it('that acknowledge nothing are told', async () => {
    const { stdout } = await diff(folder.path, ['old.yaml', 'new.yaml'], { acknowledged: false });
    folder.write(FILE, fillIn(stdout).replace('policy: new.yaml', 'policy: gone.yaml'));
    const gone = await diff(folder.path, ['old.yaml', 'old.yaml']);
    expect([gone.status, gone.stdout]).toEqual([0, expect.stringContaining('there is no such policy')]);
    folder.write(FILE, fillIn(stdout));
    const same = await diff(folder.path, ['new.yaml', 'new.yaml']);
    expect([same.status, same.stdout]).toEqual([0, expect.stringContaining('the policy has no such change')]);
    // This run does not look at the policy: nothing is known.
    expect((await diff(folder.path, ['old.yaml', 'old.yaml'])).stdout).not.toContain('unused');
  });

  it('are found above the folder, up to the repository, and by name', async () => {
    const { stdout } = await diff(folder.path, ['old.yaml', 'new.yaml'], { acknowledged: false });
    const lines = fillIn(stdout).replace('policy: new.yaml', 'policy: deep/new.yaml');
    const own = makeFolder({ '.git/.keep': '', [FILE]: lines, 'deep/.keep': '' });
    own.write('deep/old.yaml', folder.read('old.yaml'));
    own.write('deep/new.yaml', folder.read('new.yaml'));
    const deep = join(own.path, 'deep');
    expect((await diff(deep, ['old.yaml', 'new.yaml'])).status).toBe(0);
    own.write('deep/named.yaml', fillIn(stdout));
    expect((await diff(deep, ['old.yaml', 'new.yaml'], { acknowledged: 'named.yaml' })).status).toBe(0);
    own.write('deep/.git/.keep', '');
    expect((await diff(deep, ['old.yaml', 'new.yaml'])).status).toBe(1);
    own.remove();
  });

  const entry = (change: Readonly<Record<string, string>>): string => {
    const fields = {
      policy: 'new.yaml',
      what: 'x',
      digest: 'a'.repeat(64),
      reason: 'r',
      owner: 'o',
      expires: '2027-01-01',
      ...change,
    };
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
    return `version: 1\nacknowledged:\n  - ${lines.join('\n    ')}\n`;
  };

  it.each<[string, string, string]>([
    ['an empty file', '', 'the file is empty'],
    ['no version', 'acknowledged: []\n', '`version` must be 1'],
    ['another version', 'version: 2\n', '`version` must be 1'],
    ['no YAML', 'version: [\n', 'the file is not YAML'],
    ['an alias', 'version: &a 1\nacknowledged: *a\n', 'acknowledgements have no aliases'],
    ['no list', 'version: 1\nacknowledged: x\n', '`acknowledged` must be a list'],
    ['no reason', entry({ reason: '' }), '`reason` must be text'],
    ['no owner', entry({ owner: "''" }), '`owner` must be text'],
    ['no day', entry({ expires: 'never' }), '`expires` must be a day'],
    ['a day that no month has', entry({ expires: '2027-02-30' }), '`expires` must be a day'],
    ['a short digest', entry({ digest: 'abc' }), '`digest` must be 64'],
    ['an unknown field', entry({ because: 'x' }), 'there is no setting `because`'],
    ['a repeated field', entry({ reason: 'r\n    reason: s' }), '`reason` stands twice'],
    [
      'the same change twice',
      `${entry({})}${entry({}).split('\n').slice(2).join('\n')}`,
      'acknowledged twice',
    ],
    ['depth', `version: 1\nacknowledged: ${'['.repeat(20_000)}`, 'nested too deeply'],
    ['too much', `# ${'x'.repeat(300_000)}`, 'larger than 256 KiB'],
  ])('with %s end the command', async (_, text, problem) => {
    folder.write(FILE, text);
    const { status, stdout, stderr } = await diff(folder.path, ['old.yaml', 'old.yaml']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(problem);
    expect(stderr).toContain(`\`${FILE}\` can't be followed`);
  });

  it('spell names of any alphabet in ASCII', async () => {
    const spec = (tools: string): string =>
      `apiVersion: aip.io/v1alpha2\nkind: AgentPolicy\nmetadata:\n  name: t\nspec:\n  allowed_tools: [${tools}]\n`;
    const own = makeFolder({
      'old.yaml': spec(''),
      'new "ü.yaml': spec('"it\'s \\"x\\": #1", "\\u202eпут", "new\\\\nline"'),
    });
    const operands = ['old.yaml', 'new "ü.yaml'];
    const { stdout } = await diff(own.path, operands);
    own.write(FILE, fillIn(stdout));
    expect(own.read(FILE)).toMatch(/^[\n\x20-\x7e]*$/);
    expect((await diff(own.path, operands)).status).toBe(0);
    own.remove();
  });
});
